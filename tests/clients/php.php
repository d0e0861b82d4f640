<?php
// PHP: curl and the http stream wrapper.
$bridge = getenv('BRIDGE');
$publish = "$bridge/publish";
$topics = "$bridge/topics/php";

function with_curl($case, $url, $options)
{
    $handle = curl_init($url);
    curl_setopt_array($handle, $options + [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 20]);
    curl_exec($handle);
    echo $case, ' ', curl_getinfo($handle, CURLINFO_RESPONSE_CODE), "\n";
}

// expect: curl_json 200 php/curl_json q1 - hello
with_curl('curl_json', $publish, [CURLOPT_POSTFIELDS => '{"topic":"php/curl_json","msg":"hello","qos":1}']);
// A string is a form, an array is multipart.
// expect: curl_form 200 php/curl_form q0r - hello
with_curl('curl_form', $publish, [CURLOPT_POSTFIELDS => http_build_query(['topic' => 'php/curl_form', 'msg' => 'hello', 'retain' => true])]);
// expect: curl_array 200 php/curl_array q0 - hello
with_curl('curl_array', $publish, [CURLOPT_POSTFIELDS => ['topic' => 'php/curl_array', 'msg' => 'hello']]);
$file = tmpfile();
fwrite($file, "a file\n");
rewind($file);
// Without CURLOPT_INFILESIZE the length is not known: chunked, after Expect: 100-continue.
// expect: curl_put 200 php/curl_put q0r - a file\n
with_curl('curl_put', "$topics/curl_put", [CURLOPT_PUT => true, CURLOPT_INFILE => $file]);
// expect: curl_delete 200 php/curl_put q0r -
with_curl('curl_delete', "$topics/curl_put", [CURLOPT_CUSTOMREQUEST => 'DELETE']);

function with_stream($case, $url, $method, $content, $header = '')
{
    $http = ['method' => $method, 'content' => $content, 'header' => $header, 'ignore_errors' => true, 'timeout' => 20];
    @file_get_contents($url, false, stream_context_create(['http' => $http]));
    echo $case, ' ', explode(' ', $http_response_header[0] ?? 'none none')[1], "\n";
}

// Connection: close with each request, and content is called a form.
// expect: stream_json 200 php/stream_json q1 - hello
with_stream('stream_json', $publish, 'POST', '{"topic":"php/stream_json","msg":"hello","qos":1}');
// expect: stream_form 200 php/stream_form q0 - hello
with_stream('stream_form', $publish, 'POST', http_build_query(['topic' => 'php/stream_form', 'msg' => 'hello']));
// expect: stream_bytes 200 php/stream_bytes q0r - \x00\xff
with_stream('stream_bytes', "$topics/stream_bytes", 'PUT', "\0\xff");
// expect: stream_delete 200 php/stream_bytes q0r -
with_stream('stream_delete', "$topics/stream_bytes", 'DELETE', '');
// Without content it sends no length, to a POST either.
// expect: stream_empty 411
with_stream('stream_empty', "$topics/stream_empty", 'POST', '');
// expect: stream_health 200
with_stream('stream_health', "$bridge/healthz", 'GET', '');
