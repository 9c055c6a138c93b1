import type { Answer } from '../../src/emulators/faults.ts'
import { isObject } from '../../src/lib/json.ts'
import type { Asked } from './faulty-server.ts'

/** What an API server keeps of what a push needs there: a ConfigMap with a document, its status, a Lease, events. */
export const kubeStub = (document: string): ((asked: Asked) => Answer) => {
  let version = 1
  const maps = '/api/v1/namespaces/default/configmaps'
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
  const metadata = (name: string) => ({
    name,
    namespace: 'default',
    uid: name,
    resourceVersion: `${version}`,
  })
  const objects = new Map<string, Readonly<Record<string, unknown>>>([
    [
      `${maps}/corp`,
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: metadata('corp'),
        data: { 'syncconfig.yaml': document },
      },
    ],
  ])
  const status = (code: number, message: string): Answer => ({
    status: code,
    body: { apiVersion: 'v1', kind: 'Status', status: 'Failure', message, code },
  })
  const put = (path: string, body: Readonly<Record<string, unknown>>, code: number): Answer => {
    const given = isObject(body['metadata']) ? body['metadata'] : {}
    version++
    const stored = { ...body, metadata: { ...given, ...metadata(path.split('/').at(-1) ?? '') } }
    objects.set(path, stored)
    return { status: code, body: stored }
  }
  const parse = (text: string): Readonly<Record<string, unknown>> => {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  }
  const versionOf = (one: Readonly<Record<string, unknown>> | undefined): unknown =>
    one && isObject(one['metadata']) ? one['metadata']['resourceVersion'] : undefined

  return ({ method, path: whole, body }) => {
    const [path = ''] = whole.split('?')
    const known = objects.get(path)
    switch (method) {
      case 'GET':
        return known ? { status: 200, body: known } : status(404, `${path} not found`)
      case 'POST': {
        if (path.endsWith('/events')) return { status: 201, body: parse(body) }
        if (path !== maps && path !== leases) return status(404, `${path} not found`)
        const made = parse(body)
        const name = isObject(made['metadata']) ? String(made['metadata']['name']) : ''
        return objects.has(`${path}/${name}`)
          ? status(409, `${name} already exists`)
          : put(`${path}/${name}`, made, 201)
      }
      case 'PUT':
      case 'PATCH': {
        if (!known) return status(404, `${path} not found`)
        const made = parse(body)
        const based = versionOf(made)
        if (based !== undefined && based !== versionOf(known))
          return status(409, 'the object has been modified')
        return put(path, { ...known, ...made }, 200)
      }
      default:
        return status(405, 'not allowed')
    }
  }
}
