// Java: java.net.http.HttpClient, which asks for h2c in each request, and HttpURLConnection.
import java.io.ByteArrayInputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

class Clients {
  static final String bridge = System.getenv("BRIDGE");
  static final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

  static void ask(String name, String method, String target, String type, HttpRequest.BodyPublisher content)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(bridge + target)).timeout(Duration.ofSeconds(20)).method(method, content);
    if (type != null) request.header("Content-Type", type);
    System.out.println(name + " " + client.send(request.build(), BodyHandlers.ofString()).statusCode());
  }

  static void ask_old(String name, String method, String target, String content) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) new URL(bridge + target).openConnection();
    connection.setReadTimeout(20000);
    if (method != null) connection.setRequestMethod(method);
    if (content != null) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(content.getBytes("UTF-8"));
    }
    System.out.println(name + " " + connection.getResponseCode());
  }

  public static void main(String[] arguments) throws Exception {
    // expect: json 200 java/json q1 - hello
    ask("json", "POST", "/publish", null, BodyPublishers.ofString("{\"topic\":\"java/json\",\"msg\":\"hello\",\"qos\":1}"));
    // expect: form 200 java/form q0 - hello
    ask("form", "POST", "/publish", "application/x-www-form-urlencoded",
        BodyPublishers.ofString("topic=java/form&msg=hello"));
    // expect: bytes 200 java/bytes q0r - \x00\xff
    ask("bytes", "PUT", "/topics/java/bytes", null, BodyPublishers.ofByteArray(new byte[] {0, (byte) 255}));
    // expect: chunked 200 java/chunked q0 - ab
    ask("chunked", "POST", "/topics/java/chunked", null,
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("ab".getBytes())));
    // expect: empty 200 java/empty q0 -
    ask("empty", "POST", "/topics/java/empty", null, BodyPublishers.noBody());
    // expect: delete 200 java/bytes q0r -
    ask("delete", "DELETE", "/topics/java/bytes", null, BodyPublishers.noBody());
    // expect: delete_content 200 java/json q0r -
    ask("delete_content", "DELETE", "/topics/java/json", null, BodyPublishers.ofString("{}"));
    // expect: large 413
    ask("large", "POST", "/topics/java/large", null, BodyPublishers.ofByteArray(new byte[2 << 20]));
    // expect: health 200
    ask("health", "GET", "/healthz", null, BodyPublishers.noBody());

    // The older one makes a POST of what was not told its method, and calls what it sends a form.
    // expect: old_json 200 java/old_json q0 - hello
    ask_old("old_json", null, "/publish", "{\"topic\":\"java/old_json\",\"msg\":\"hello\"}");
    // expect: old_put 200 java/old_put q0r - hello
    ask_old("old_put", "PUT", "/topics/java/old_put", "hello");
    // expect: old_delete 200 java/old_put q0r -
    ask_old("old_delete", "DELETE", "/topics/java/old_put", null);
    // expect: old_health 200
    ask_old("old_health", "GET", "/healthz", null);
  }
}
