import { expect, test } from 'vitest'
import { program } from '../fixtures/program.ts'
import { example, modes, renderChart } from './helm/helm.ts'
import { podTemplates } from './helm/pods.ts'

/** Every command line that an example leads to: of what runs, and of `helm test`. */
const commandLines = async (mode: string): Promise<readonly (readonly string[])[]> => {
  const objects = await renderChart({ valuesFiles: [example(mode)] })
  return podTemplates(objects).map(({ spec }) => spec?.containers[0]?.args ?? [])
}

test.each(modes)('%s: the program takes the arguments', { timeout: 60_000 }, async (mode) => {
  for (const args of await commandLines(mode)) {
    // Where there is no cluster, no file and no Secret it ends right after them; `serve`, which would wait, over a flag too many.
    const more = args[0] === 'serve' ? ['--interval', '1h'] : []
    const { code, stderr } = await program([...args, ...more], { HOME: '/nowhere' })
    expect(code, stderr).toBe(78)
    expect(stderr).toMatch(
      /KUBERNETES_NO_CLUSTER|CONFIG_DOCUMENT_UNREADABLE|--schedule and --interval exclude|pushgateway-\w+-file refers to a file/,
    )
  }
})

test('what it does not take is noticed that way', async () => {
  const { stderr } = await program(['push', '--nonsense'], { HOME: '/nowhere' })
  expect(stderr).not.toMatch(/KUBERNETES_NO_CLUSTER/)
})
