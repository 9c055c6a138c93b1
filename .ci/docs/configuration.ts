import { reservedVariables } from '../../src/config/environment.ts'
import { sourceNames } from '../../src/config/flags.ts'
import { LADDER_WORDS } from '../../src/config/ladder.ts'
import type { Leaf } from '../../src/config/leaf.ts'
import { leaves, type LeafDefinition } from '../../src/config/leaves.ts'
import { assertNever } from '../../src/lib/assert-never.ts'
import { example } from './example.ts'
import { generated, table } from './markdown.ts'

/** docs/configuration.md */
export const configurationPage = (): string => `${generated}

# Configuration

One document, a \`SyncConfig\`, says what to read from where and what may be done at which SCIM endpoint. Every setting in
it is also an environment variable and can be given with \`--set\`; where one is given several times, this is the order:

> defaults < document < environment < flags

\`\`\`yaml
${example}\`\`\`

## The document

- YAML 1.2 or JSON, one document of at most 1 MiB. A key may be there only once. A key that is not known, a value of the
  wrong type and a key without a value are errors; all of them are named at once, with their lines.
- \`apiVersion\`, \`kind\`, \`metadata.name\` and \`spec\` are mandatory; nothing within \`spec\` is, since the environment and
  flags may give it. [syncconfig.schema.json](syncconfig.schema.json) is its JSON Schema: editors complete and check a
  document that begins with \`# yaml-language-server: $schema=…/syncconfig.schema.json\`.
- Paths of files are relative to the current directory, not to the document.

## Environment variables

A setting's variable is \`SCIM_PUSH_\` and its path below \`spec\` in SNAKE_CASE: \`spec.source.google.adminEmail\` is
\`SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL\`. A variable with this prefix that is no setting is an error.

- Yes or no is \`true\`, \`yes\`, \`on\`, \`1\` or \`false\`, \`no\`, \`off\`, \`0\`. Nothing else is, and an empty variable is an error.
- A list is a JSON array, or one item a line, or items with commas between them. A line that is a distinguished name is
  one item, commas and all. An empty variable is an empty list.

- Steps of \`policy.users.remove\` are JSON: \`{"after": [{"days": 0, "do": "deactivate"}, {"days": 30, "do": "delete"}]}\`.

These variables have the prefix and are no settings:

${table(
  ['Variable', 'Meaning'],
  Object.entries(reservedVariables).map(([name, meaning]) => [`\`${name}\``, meaning]),
)}

## Flags

- \`--set PATH=VALUE\` gives any setting, with its path below \`spec\`: \`--set target.maxConcurrency=8\`. Values are read as in the
  environment. A setting may be given once.
- \`--source NAME\` is \`--set source.type=NAME\`, and takes ${Object.keys(sourceNames)
  .map((name) => `\`${name}\``)
  .join(', ')}.
- \`--dry-run\` is \`--set dryRun=true\`.
- What is no setting, such as \`--output json\`, \`--output-file\` and \`--log-level\`, is in each command's \`--help\`.

## Secrets

A secret never stands in the document or on the command line. It is referred to:

| Where | Form | The secret is |
| --- | --- | --- |
| document | \`{file: PATH}\` | in that file |
| document | \`{env: NAME}\` | in that environment variable |
| document | \`{secretKeyRef: {name: NAME, key: KEY}}\` | in the file \`NAME/KEY\` below \`SCIM_PUSH_SECRETS_DIR\`, or, in a cluster, in the Kubernetes Secret |
| environment | the setting's variable | its value |
| environment | the setting's variable with \`_FILE\` | in the file that it names |
| flag | \`--set PATH.file=…\`, \`--set PATH.env=…\` | in that file or variable |

Line ends at the end of a secret are dropped. An empty one is an error. A file that other users of the machine can read
or change, or that belongs to another one, gets a warning. No secret is ever printed.

${sections()}`

const sections = (): string => {
  const groups = Map.groupBy(leaves, ({ path }) => path.split('.').slice(0, sectionDepth(path)).join('.'))
  return [...groups]
    .map(
      ([section, definitions]) =>
        `## ${section === '' ? 'Runs' : `\`${section}\``}\n\n${settingsTable(definitions)}\n`,
    )
    .join('\n')
}

/** A table for each kind of source, and one for every other top section. */
const sectionDepth = (path: string): number => {
  const depth = path.split('.').length - 1
  return path.startsWith('source.') ? depth : Math.min(depth, 1)
}

const settingsTable = (definitions: readonly LeafDefinition[]): string =>
  table(
    ['Setting', 'Type', 'Default', 'Meaning'],
    definitions.map(({ path, env, fileEnv, leaf }) => [
      [`spec.${path}`, env, ...(fileEnv === null ? [] : [fileEnv])].map(code).join('<br>'),
      typeOf(leaf),
      defaultOf(leaf),
      leaf.examples ? `${leaf.doc} Example: ${leaf.examples.map(exampleOf).join(', ')}` : leaf.doc,
    ]),
  )

const code = (text: string): string => `\`${text}\``

const exampleOf = (example: NonNullable<Leaf['examples']>[number]): string =>
  code(typeof example === 'object' ? `[${example.join(', ')}]` : String(example))

const typeOf = (leaf: Leaf): string => {
  switch (leaf.kind) {
    case 'text':
      return leaf.must ?? 'text'
    case 'flag':
      return 'true or false'
    case 'count':
      return `${leaf.minimum} to ${leaf.maximum}`
    case 'choice':
      return leaf.choices.map(code).join(', ')
    case 'list':
      return leaf.orText ? 'text or a list' : 'list'
    case 'limit':
      return 'a percentage or a count'
    case 'ladder':
      return `${LADDER_WORDS.map(code).join(', ')}, or steps`
    case 'secret':
      return '[secret](#secrets)'
    default:
      return assertNever(leaf)
  }
}

const defaultOf = (leaf: Leaf): string => {
  if (leaf.defaultDoc !== undefined) return leaf.defaultDoc
  if (leaf.default === null || leaf.default === '') return 'none'
  return typeof leaf.default === 'object' ? code('[]') : code(String(leaf.default))
}
