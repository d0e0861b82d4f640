// Go: net/http.
package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

var client = &http.Client{Timeout: 20 * time.Second}

func say(name string, answer *http.Response, err error) {
	if err != nil {
		fmt.Println(name, "failed", err)
		return
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	fmt.Println(name, answer.StatusCode)
}

func ask(name, method, target, contentType string, content io.Reader) {
	request, err := http.NewRequest(method, target, content)
	if err == nil && contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if err != nil {
		fmt.Println(name, "failed", err)
		return
	}
	answer, err := client.Do(request)
	say(name, answer, err)
}

func main() {
	bridge := os.Getenv("BRIDGE")
	publish, topics := bridge+"/publish", bridge+"/topics/golang"

	// expect: json 200 golang/json q1 - hello
	answer, err := client.Post(publish, "application/json", strings.NewReader(`{"topic":"golang/json","msg":"hello","qos":1}`))
	say("json", answer, err)
	// expect: form 200 golang/form q0 - hello
	answer, err = client.PostForm(publish, url.Values{"topic": {"golang/form"}, "msg": {"hello"}})
	say("form", answer, err)
	// Post with no type sends the field, empty.
	// expect: untyped 200 golang/untyped q0 - hello
	answer, err = client.Post(topics+"/untyped", "", strings.NewReader("hello"))
	say("untyped", answer, err)

	var parts bytes.Buffer
	writer := multipart.NewWriter(&parts)
	writer.WriteField("topic", "golang/multipart")
	writer.WriteField("msg", "hello")
	writer.Close()
	// expect: multipart 200 golang/multipart q0 - hello
	ask("multipart", "POST", publish, writer.FormDataContentType(), &parts)

	// A reader without a length: chunked.
	// expect: chunked 200 golang/chunked q0r - ab
	ask("chunked", "PUT", topics+"/chunked", "", io.MultiReader(strings.NewReader("a"), strings.NewReader("b")))
	// expect: delete 200 golang/chunked q0r -
	ask("delete", "DELETE", topics+"/chunked", "", nil)
	// expect: delete_content 200 golang/json q0r -
	ask("delete_content", "DELETE", topics+"/json", "", io.MultiReader(strings.NewReader("{}")))
	// expect: empty 200 golang/empty q0 -
	ask("empty", "POST", topics+"/empty", "", nil)
	// url.PathEscape leaves + as it is, and the bridge takes it for a plus: a wildcard.
	// expect: escaped 200 golang/a/b\x20c q0 - x
	ask("escaped", "POST", topics+"/"+url.PathEscape("a/b c"), "", strings.NewReader("x"))
	// expect: plus 400
	ask("plus", "POST", topics+"/"+url.PathEscape("a+b/+"), "", strings.NewReader("x"))
	// expect: large 413
	ask("large", "POST", topics+"/large", "", bytes.NewReader(make([]byte, 2<<20)))
}
