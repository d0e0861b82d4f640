// aedes.mjs PORT: an aedes that knows two users. Run from a folder whose node_modules has aedes.
import { createServer } from 'node:net'
import { Aedes } from 'aedes'

const mayAll = (client) => client?.user === 'witness'
const broker = await Aedes.createBroker({
  authenticate(client, user, password, done) {
    client.user = user
    const known = ['bridge', 'witness'].includes(user) && String(password) === 'secret'
    done(known ? null : Object.assign(new Error('bad user name or password'), { returnCode: 5 }), known)
  },
  authorizePublish(client, packet, done) {
    done(!mayAll(client) && packet.topic.startsWith('forbidden/') ? new Error('not authorized') : null)
  },
  authorizeSubscribe(client, subscription, done) {
    done(null, !mayAll(client) && subscription.topic.startsWith('closed/') ? null : subscription)
  },
})
createServer(broker.handle).listen(Number(process.argv[2]), '127.0.0.1')
