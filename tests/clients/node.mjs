// Node.js: fetch, axios, got.
import axios from 'axios';
import got from 'got';

const bridge = process.env.BRIDGE;
const publish = `${bridge}/publish`;
const topics = `${bridge}/topics/node`;
const message = (name, more) => ({topic: `node/${name}`, msg: 'hello', ...more});

async function withFetch() {
  const ask = async (name, url, init) => {
    const answer = await fetch(url, {signal: AbortSignal.timeout(20000), ...init});
    await answer.arrayBuffer();
    console.log(name, answer.status);
  };
  // expect: fetch_json 200 node/fetch_json q1 - hello
  await ask('fetch_json', publish, {method: 'POST', body: JSON.stringify(message('fetch_json', {qos: 1}))});
  // expect: fetch_form 200 node/fetch_form q0r - hello
  await ask('fetch_form', publish,
            {method: 'POST', body: new URLSearchParams(message('fetch_form', {retain: true}))});
  const data = new FormData();
  for (const [key, value] of Object.entries(message('fetch_multipart'))) data.append(key, value);
  // expect: fetch_multipart 200 node/fetch_multipart q0 - hello
  await ask('fetch_multipart', publish, {method: 'POST', body: data});
  // A string has a type without anybody's doing.
  // expect: fetch_text 200 node/fetch_text q0 text/plain;charset=UTF-8 21.5
  await ask('fetch_text', `${topics}/fetch_text`, {method: 'POST', body: '21.5'});
  // expect: fetch_bytes 200 node/fetch_bytes q0r - \x00\xff
  await ask('fetch_bytes', `${topics}/fetch_bytes`, {method: 'PUT', body: new Uint8Array([0, 255])});
  // expect: fetch_stream 200 node/fetch_stream q0 - ab
  await ask('fetch_stream', `${topics}/fetch_stream`, {
    method: 'POST', duplex: 'half',
    body: new ReadableStream({
      start(controller) {
        for (const part of ['a', 'b']) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      }
    })
  });
  // expect: fetch_delete 200 node/fetch_bytes q0r -
  await ask('fetch_delete', `${topics}/fetch_bytes`, {method: 'DELETE', body: '{}'});
  // The URL class turns \ into /, and a topic's ? must be written %3F.
  // expect: fetch_backslash 200 node/a/b q0 - x
  await ask('fetch_backslash', `${topics}/a\\b`, {method: 'POST', body: new Uint8Array([120])});
}

async function withAxios() {
  const client = axios.create({timeout: 20000, validateStatus: () => true});
  const ask = async (name, config) => console.log(name, (await client.request(config)).status);
  // expect: axios_json 200 node/axios_json q1 - hello
  await ask('axios_json', {method: 'post', url: publish, data: message('axios_json', {qos: 1})});
  // expect: axios_form 200 node/axios_form q0 - hello
  await ask('axios_form', {method: 'post', url: publish, data: new URLSearchParams(message('axios_form'))});
  // expect: axios_multipart 200 node/axios_multipart q0 - hello
  console.log('axios_multipart', (await client.postForm(publish, message('axios_multipart'))).status);
  // Text and bytes are called a form.
  // expect: axios_text 200 node/axios_text q0 - 21.5
  await ask('axios_text', {method: 'post', url: `${topics}/axios_text`, data: '21.5'});
  // expect: axios_bytes 200 node/axios_bytes q0r - \x00\xff
  await ask('axios_bytes', {method: 'put', url: `${topics}/axios_bytes`, data: Buffer.from([0, 255])});
  // expect: axios_delete 200 node/axios_bytes q0r -
  await ask('axios_delete', {method: 'delete', url: `${topics}/axios_bytes`, data: {}});
  // expect: axios_bulk 200 node/axios_bulk q0 - 1
  //    and: node/axios_bulk q1 - 2
  await ask('axios_bulk', {
    method: 'post', url: `${bridge}/publish/bulk`,
    data: [{topic: 'node/axios_bulk', msg: 1}, {topic: 'node/axios_bulk', msg: 2, qos: 1}]
  });
}

async function withGot() {
  const client = got.extend({retry: {limit: 0}, throwHttpErrors: false, timeout: {request: 20000}});
  const ask = async (name, url, options) => console.log(name, (await client(url, options)).statusCode);
  // expect: got_json 200 node/got_json q1 - hello
  await ask('got_json', publish, {method: 'POST', json: message('got_json', {qos: 1})});
  // expect: got_form 200 node/got_form q0r - hello
  await ask('got_form', publish, {method: 'POST', form: message('got_form', {retain: true})});
  // expect: got_bytes 200 node/got_bytes q0r - \x00\xff
  await ask('got_bytes', `${topics}/got_bytes`, {method: 'PUT', body: Buffer.from([0, 255])});
  // expect: got_delete 200 node/got_bytes q0r -
  await ask('got_delete', `${topics}/got_bytes`, {method: 'DELETE', json: {}});
}

await withFetch();
await withAxios();
await withGot();
