// The npm package etcd-registry, told by lines on its standard input what to do; answers each with a line.
// Usage: node driver.js FOLDER ENDPOINT, where FOLDER has node_modules/etcd-registry. Ends with its input.
'use strict'

const readline = require('readline')

const [folder, endpoint] = process.argv.slice(2)
const createRegistry = require(require.resolve('etcd-registry', { paths: [folder] }))

let registry = createRegistry(endpoint)

const now = () => process.hrtime.bigint()
const join = (name, port) =>
  new Promise((resolve, reject) => {
    registry.join(name, { hostname: '127.0.0.1', port }, (error, service) => (error ? reject(error) : resolve(service)))
  })
const leave = (name) => new Promise((resolve, reject) => registry.leave(name, (error) => (error ? reject(error) : resolve())))
const list = (name) => new Promise((resolve, reject) => registry.list(name, (error, all) => (error ? reject(error) : resolve(all))))
const lookup = (name) => new Promise((resolve, reject) => registry.lookup(name, (error, one) => (error ? reject(error) : resolve(one))))

const verbs = {
  // joins so many services, so many at a time: nanoseconds
  async 'join-many' (count, underWay) {
    let next = 0
    const begun = now()
    const lane = async () => {
      while (next < count) {
        const i = next++
        await join('service-' + i, 8000 + i)
      }
    }
    await Promise.all(Array.from({ length: Math.min(count, underWay) }, lane))
    return now() - begun
  },
  // leaves with all, and begins anew
  'leave-all': () => new Promise((resolve) => {
    registry.destroy(() => {
      registry = createRegistry(endpoint)
      resolve('')
    })
  }),
  // joins so many services of so many instances
  async fleet (services, instances) {
    for (let i = 0; i < services; i++) {
      await Promise.all(Array.from({ length: instances }, (_, j) => join('service-' + i, 8000 + j)))
    }
    return ''
  },
  count: async (name) => (await list(name)).length,
  // looks up so often, one after the other: nanoseconds in all
  async lookup (name, times) {
    const begun = now()
    for (let i = 0; i < times; i++) {
      const found = await lookup(name)
      if (!found || found.name !== name) throw new Error('found ' + JSON.stringify(found))
    }
    return now() - begun
  },
  // when it was called and when it returned
  async join (name, port) {
    const called = now()
    await join(name, Number(port))
    return called + ' ' + now()
  },
  async leave (name) {
    const called = now()
    await leave(name)
    return called + ' ' + now()
  },
  // looks without a pause until a port is there, or is not: when it was seen
  async await (name, port, there) {
    for (;;) {
      const found = (await list(name)).some((one) => one.port === Number(port))
      if (String(found) === there) return now()
    }
  },
  now: async () => now()
}

const lines = readline.createInterface({ input: process.stdin })
lines.on('line', async (line) => {
  const [verb, ...rest] = line.split(' ')
  try {
    console.log('ok ' + await verbs[verb](...rest))
  } catch (error) {
    console.log('failed ' + String(error && error.message).replace(/\s+/g, ' '))
  }
})
lines.on('close', () => process.exit(0))
