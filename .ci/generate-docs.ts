// Writes the pages of docs/ that are made from the sources. With --check it writes nothing, and fails naming each page that
// is not what the sources say.
import { readFile, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { documentSchema } from '../src/config/json-schema.ts'
import { configurationPage } from './docs/configuration.ts'
import { errorsPage, exitCodesPage } from './docs/errors.ts'

const pages: Readonly<Record<string, string>> = {
  'docs/configuration.md': configurationPage(),
  'docs/errors.md': errorsPage(),
  'docs/exit-codes.md': exitCodesPage(),
  'docs/syncconfig.schema.json': JSON.stringify(documentSchema()),
}

const check = process.argv.includes('--check')
const root = new URL('../', import.meta.url)
for (const [path, text] of Object.entries(pages)) {
  const file = new URL(path, root)
  const wanted = await format(text, { ...(await resolveConfig(file)), filepath: path })
  const present = await readFile(file, 'utf8').catch(() => null)
  if (present === wanted) continue
  if (check) {
    process.stderr.write(`${path} is not what the sources say: run node .ci/generate-docs.ts\n`)
    process.exitCode = 1
  } else {
    await writeFile(file, wanted)
    process.stdout.write(`wrote ${path}\n`)
  }
}
