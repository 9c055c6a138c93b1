import { setTimeout } from 'node:timers/promises'
import { freePort } from '../../fixtures/free-port.ts'
import { program, type Ended } from '../../fixtures/program.ts'

export interface Serving {
  readonly url: string
  /** Asks a path until the answer has the words in it; the test's time limit ends it otherwise. */
  readonly until: (path: string, words: string | RegExp) => Promise<string>
  readonly stop: () => Promise<Ended>
}

/** The program as a process of its own, that listens. */
export const serving = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Serving> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const started = Promise.withResolvers<(name: 'SIGTERM') => void>()
  const ended = program([...args, '--listen', `127.0.0.1:${port}`, '-o', 'none'], env, started.resolve)
  const kill = await started.promise
  const until = async (path: string, words: string | RegExp): Promise<string> => {
    for (;;) {
      const answer = await fetch(url + path).then(
        (response) => response.text(),
        () => '',
      )
      if (typeof words === 'string' ? answer.includes(words) : words.test(answer)) return answer
      await setTimeout(50)
    }
  }
  await Promise.race([
    until('/healthz', 'ok'),
    ended.then(({ stderr }) => Promise.reject(new Error(`it ended before it listened: ${stderr}`))),
  ])
  return {
    url,
    until,
    stop: () => {
      kill('SIGTERM')
      return ended
    },
  }
}
