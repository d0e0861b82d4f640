// mosca.cjs PORT: a mosca that knows two users. Run from a folder whose node_modules has mosca.
const { Server } = require('mosca')

const server = new Server({ host: '127.0.0.1', port: Number(process.argv[2]) })
const mayAll = (client) => client.user === 'witness'
server.on('ready', () => {
  server.authenticate = (client, user, password, done) => {
    client.user = user
    done(null, ['bridge', 'witness'].includes(user) && String(password) === 'secret')
  }
  server.authorizePublish = (client, topic, payload, done) =>
    done(null, mayAll(client) || !topic.startsWith('forbidden/'))
  server.authorizeSubscribe = (client, topic, done) => done(null, mayAll(client) || !topic.startsWith('closed/'))
})
