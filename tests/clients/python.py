"""Python: urllib, requests, aiohttp, httpx."""
import asyncio
import json
import os
import statistics
import time
import urllib.error
import urllib.parse
import urllib.request

import aiohttp
import httpx
import requests

bridge = os.environ["BRIDGE"]
publish = bridge + "/publish"
topics = bridge + "/topics/python"


def message(name, **more):
    return {"topic": f"python/{name}", "msg": "hello", **more}


def with_urllib():
    def ask(case, target, data=None, method=None, **fields):
        request = urllib.request.Request(target, data, fields, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                print(case, answer.status)
        except urllib.error.HTTPError as error:
            print(case, error.code)

    # expect: urllib_json 200 python/urllib_json q0 - hello
    ask("urllib_json", publish, json.dumps(message("urllib_json")).encode())
    # expect: urllib_form 200 python/urllib_form q0r - hello
    ask("urllib_form", publish, urllib.parse.urlencode(message("urllib_form", retain=True)).encode())
    # expect: urllib_bytes 200 python/urllib_bytes q0r - \x00\xff
    ask("urllib_bytes", topics + "/urllib_bytes", b"\0\xff", "PUT")
    # An iterable has no length: chunked.
    # expect: urllib_chunked 200 python/urllib_chunked q0r - ab
    ask("urllib_chunked", topics + "/urllib_chunked", iter([b"a", b"b"]), "PUT")
    # expect: urllib_delete 200 python/urllib_bytes q0r -
    ask("urllib_delete", topics + "/urllib_bytes", method="DELETE")
    # expect: urllib_no_content 200 python/urllib_no_content q0 -
    ask("urllib_no_content", topics + "/urllib_no_content", b"", "POST")


def with_requests():
    session = requests.Session()

    def ask(case, method, target, **more):
        print(case, session.request(method, target, timeout=20, **more).status_code)

    # expect: requests_json 200 python/requests_json q1 - hello
    ask("requests_json", "POST", publish, json=message("requests_json", qos=1))
    # expect: requests_form 200 python/requests_form q0r - hello
    ask("requests_form", "POST", publish, data=message("requests_form", retain=True))
    # expect: requests_multipart 200 python/requests_multipart q0 - hello
    ask("requests_multipart", "POST", publish,
        files={name: (None, value) for name, value in message("requests_multipart").items()})
    # expect: requests_chunked 200 python/requests_chunked q0r - ab
    ask("requests_chunked", "PUT", topics + "/requests_chunked", data=iter([b"a", b"b"]))
    # expect: requests_empty 200 python/requests_empty q0 -
    ask("requests_empty", "POST", topics + "/requests_empty")
    # expect: requests_delete 200 python/requests_chunked q0r -
    ask("requests_delete", "DELETE", topics + "/requests_chunked", json={})
    # requests takes a lone % for one that was meant.
    # expect: requests_percent 200 python/100% q0 - x
    ask("requests_percent", "POST", topics + "/100%", data=b"x")


async def with_aiohttp():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        async def ask(case, method, target, **more):
            async with session.request(method, target, **more) as answer:
                print(case, answer.status)

        # expect: aiohttp_json 200 python/aiohttp_json q1 - hello
        await ask("aiohttp_json", "POST", publish, json=message("aiohttp_json", qos=1))
        # expect: aiohttp_form 200 python/aiohttp_form q0 - hello
        await ask("aiohttp_form", "POST", publish, data=message("aiohttp_form"))
        # Its application/octet-stream is nobody's choice.
        # expect: aiohttp_bytes 200 python/aiohttp_bytes q0r - \x00\xff
        await ask("aiohttp_bytes", "PUT", topics + "/aiohttp_bytes", data=b"\0\xff")
        # expect: aiohttp_text 200 python/aiohttp_text q0 text/plain;\x20charset=utf-8 hello
        await ask("aiohttp_text", "POST", topics + "/aiohttp_text", data="hello")

        async def parts():
            yield b"a"
            yield b"b"

        # expect: aiohttp_chunked 200 python/aiohttp_chunked q0 - ab
        await ask("aiohttp_chunked", "POST", topics + "/aiohttp_chunked", data=parts())
        # expect: aiohttp_deflate 200 python/aiohttp_deflate q0 - hello
        await ask("aiohttp_deflate", "POST", publish, json=message("aiohttp_deflate"), compress="deflate")
        # expect: aiohttp_gzip 200 python/aiohttp_gzip q0 - hello
        await ask("aiohttp_gzip", "POST", publish, json=message("aiohttp_gzip"), compress="gzip")
        # expect: aiohttp_delete 200 python/aiohttp_bytes q0r -
        await ask("aiohttp_delete", "DELETE", topics + "/aiohttp_bytes", json={})
        # It decodes what need not be encoded, %2F not.
        # expect: aiohttp_slash 200 python/a/b q0 - x
        await ask("aiohttp_slash", "POST", topics + "/a%2Fb", data=b"x")


def with_httpx():
    with httpx.Client(timeout=20) as client:
        def ask(case, method, target, **more):
            print(case, client.request(method, target, **more).status_code)

        # expect: httpx_json 200 python/httpx_json q1 - hello
        ask("httpx_json", "POST", publish, json=message("httpx_json", qos=1))
        # expect: httpx_form 200 python/httpx_form q0r - hello
        ask("httpx_form", "POST", publish, data=message("httpx_form", retain=True))
        # expect: httpx_multipart 200 python/httpx_multipart q0 - hello
        ask("httpx_multipart", "POST", publish,
            files={name: (None, value.encode()) for name, value in message("httpx_multipart").items()})
        # expect: httpx_bytes 200 python/httpx_bytes q0r - \x00\xff
        ask("httpx_bytes", "PUT", topics + "/httpx_bytes", content=b"\0\xff")
        # expect: httpx_chunked 200 python/httpx_chunked q0 - ab
        ask("httpx_chunked", "POST", topics + "/httpx_chunked", content=iter([b"a", b"b"]))

        # Head and content in two writes: what is not acknowledged at once costs 40 ms a request.
        # expect: httpx_quick yes python/httpx_quick q0*40 - x
        times = []
        for _ in range(40):
            start = time.perf_counter()
            client.post(topics + "/httpx_quick", content=b"x").raise_for_status()
            times.append(time.perf_counter() - start)
        median = statistics.median(times)
        print("httpx_quick", "yes" if median < 0.03 else f"{median * 1000:.1f}ms")


with_urllib()
with_requests()
asyncio.run(with_aiohttp())
with_httpx()
