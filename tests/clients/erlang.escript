#!/usr/bin/env escript
%% Erlang: httpc of inets.
%%! -kernel logger_level error

ask(Case, Method, Request) ->
    case httpc:request(Method, Request, [{timeout, 20000}], []) of
        {ok, {{_, Status, _}, _, _}} -> io:format("~s ~b~n", [Case, Status]);
        {error, Reason} -> io:format("~s failed ~0p~n", [Case, Reason])
    end.

main(_) ->
    {ok, _} = application:ensure_all_started(inets),
    Bridge = os:getenv("BRIDGE"),
    Publish = Bridge ++ "/publish",
    Topics = Bridge ++ "/topics/erlang",
    %% expect: json 200 erlang/json q1 - hello
    ask("json", post, {Publish, [], "application/json", <<"{\"topic\":\"erlang/json\",\"msg\":\"hello\",\"qos\":1}">>}),
    %% expect: form 200 erlang/form q0 - hello
    ask("form", post, {Publish, [], "application/x-www-form-urlencoded", "topic=erlang/form&msg=hello"}),
    %% The type is an argument, and may be empty.
    %% expect: untyped 200 erlang/untyped q0 - hello
    ask("untyped", post, {Topics ++ "/untyped", [], "", "hello"}),
    %% expect: bytes 200 erlang/bytes q0r application/cbor \x00\xff
    ask("bytes", put, {Topics ++ "/bytes", [], "application/cbor", <<0, 255>>}),
    %% expect: delete 200 erlang/bytes q0r -
    ask("delete", delete, {Topics ++ "/bytes", []}),
    %% expect: delete_content 200 erlang/json q0r -
    ask("delete_content", delete, {Topics ++ "/json", [], "application/json", "{}"}),
    %% expect: chunked 200 erlang/chunked q0 text/plain ab
    Parts = fun([]) -> eof; ([Part | Rest]) -> {ok, Part, Rest} end,
    ask("chunked", post, {Topics ++ "/chunked", [], "text/plain", {chunkify, Parts, [<<"a">>, <<"b">>]}}),
    %% expect: health 200
    ask("health", get, {Bridge ++ "/healthz", []}).
