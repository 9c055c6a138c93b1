import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** What `promtool check metrics` has to say against an exposition; empty where it has nothing. */
export const complaintsAbout = async (exposition: string): Promise<string> => {
  const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const [said] = await Promise.all([
    Promise.all([text(child.stdout), text(child.stderr)]),
    new Promise((resolve, reject) => child.once('error', reject).once('close', resolve)),
    new Promise<void>((resolve) => child.stdin.end(exposition, resolve)),
  ])
  return said.join('')
}
