# Ruby: Net::HTTP.
require 'json'
require 'net/http'
require 'stringio'

bridge = URI(ENV.fetch('BRIDGE'))
http = Net::HTTP.start(bridge.host, bridge.port, read_timeout: 20)
say = ->(name, answer) { puts "#{name} #{answer.code}" }

# expect: json 200 ruby/json q1 - hello
say['json', http.post('/publish', { topic: 'ruby/json', msg: 'hello', qos: 1 }.to_json, 'Content-Type' => 'application/json')]
# Without a type it says that it is a form.
# expect: untyped_json 200 ruby/untyped_json q0 - hello
say['untyped_json', http.post('/publish', { topic: 'ruby/untyped_json', msg: 'hello' }.to_json)]
# expect: form 200 ruby/form q0r - hello
say['form', Net::HTTP.post_form(bridge + '/publish', topic: 'ruby/form', msg: 'hello', retain: true)]

request = Net::HTTP::Post.new('/publish')
request.set_form([%w[topic ruby/multipart], %w[msg hello]], 'multipart/form-data')
# expect: multipart 200 ruby/multipart q0 - hello
say['multipart', http.request(request)]

# expect: bytes 200 ruby/bytes q0r - \x00\xff
say['bytes', http.put('/topics/ruby/bytes', "\0\xFF")]
# expect: delete 200 ruby/bytes q0r -
say['delete', http.delete('/topics/ruby/bytes')]

request = Net::HTTP::Put.new('/topics/ruby/chunked', 'Transfer-Encoding' => 'chunked')
request.body_stream = StringIO.new('ab')
# expect: chunked 200 ruby/chunked q0r - ab
say['chunked', http.request(request)]

request = Net::HTTP::Delete.new('/topics/ruby/chunked')
request.body = '{}'
# expect: delete_content 200 ruby/chunked q0r -
say['delete_content', http.request(request)]
http.finish
