import { describe, expect, test } from 'vitest'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { example, renderChart, renderText } from './helm/helm.ts'
import { nameOf, objectOf } from './helm/pods.ts'

const render = (mode: string, release = 'scim') => renderChart({ valuesFiles: [example(mode)], release })

describe('names', () => {
  const long = 'a'.repeat(52)

  test('a long release name is cut to what a CronJob may have, and stays its own', async () => {
    const [one, other] = await Promise.all([
      render('google-cronjob', `${long}b`),
      render('google-cronjob', `${long}c`),
    ])
    const names = [one, other].map((objects) => objectOf(objects, 'CronJob').metadata.name)
    expect(names.map((name) => name.length)).toEqual([52, 52])
    expect(names[0]).not.toBe(names[1])
  })

  test('the longest Job, with its revision, fits into a label', async () => {
    const objects = await render('job', long)
    expect(objectOf(objects, 'Job').metadata.name.length).toBeLessThanOrEqual(63 - 8)
  })

  test('two releases share nothing but the lock of their common target', async () => {
    const [one, other] = await Promise.all([
      render('google-cronjob', 'one'),
      render('google-cronjob', 'other'),
    ])
    const names = new Set(one.map(nameOf))
    const shared = other.map(nameOf).filter((name) => names.has(name))
    expect(shared).toEqual([
      `Lease/${leaseName('https://keepersecurity.com/api/rest/scim/v2/288797895950343')}`,
    ])
  })

  test('a name that YAML 1.1, which Helm reads, takes for something else is in quotes', async () => {
    const text = await renderText({
      valuesFiles: [example('everything')],
      release: 'on',
      // A part of the release's name, so that the whole name is the release's.
      set: ['nameOverride=o', 'config.name=no', 'serviceAccount.name=yes', 'secret.existingSecret=off'],
    })
    expect(text).toContain('name: "on"')
    expect(text).not.toMatch(/: (on|no|yes|off)$/m)
  })
})

describe('the lock', () => {
  test.each([
    'https://keepersecurity.com/api/rest/scim/v2/1',
    'https://keepersecurity.com/api/rest/scim/v2/1/',
    'https://KeeperSecurity.com:443/api/rest/scim/v2/1//',
    'https://keepersecurity.com/api/rest/scim/v2/1/Users/',
    'https://keepersecurity.com:8443/api/rest/scim/v2/1',
    'https://keepersecurity.com:443',
    'https://keepersecurity.com:4433/v2',
    'http://localhost:80/scim',
    'http://localhost:443/scim',
    'https://localhost:80/scim',
    'https://[::1]:443/scim',
    'https://scim.corp.example/v2?path=https://other:443/x',
    '  https://scim.corp.example/v2  ',
    'https://scim.corp.example/Ä/v2',
  ])('of %s has the name that the program works out', async (url) => {
    const objects = await renderChart({
      valuesFiles: [example('google-cronjob')],
      set: [`config.spec.target.url=${url}`],
    })
    expect(objectOf(objects, 'Lease').metadata.name).toBe(leaseName(url))
  })

  test('is one for each target, kept, and all that the Role lets the pod take', async () => {
    const objects = await render('many')
    const leases = objects.filter(({ kind }) => kind === 'Lease')
    const names = leases.map(({ metadata }) => metadata.name)
    expect(names).toHaveLength(3)
    expect(leases.every(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy'] === 'keep')).toBe(
      true,
    )
    expect(objectOf(objects, 'Role')['rules']).toContainEqual({
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: names,
      verbs: ['get', 'update'],
    })
  })
})
