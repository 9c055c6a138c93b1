import { checks } from '../../src/model/checks.ts'
import { generated, table } from './markdown.ts'

const parts = [
  ['source', 'The source'],
  ['target', 'The target'],
  ['plan', 'Both together'],
  ['cluster', 'The cluster'],
] as const

/** docs/check.md */
export const checksPage = (): string => {
  const rowsOf = (part: string): readonly (readonly string[])[] =>
    Object.entries(checks)
      .filter(([, check]) => check.part === part)
      .map(([name, { about, remedy }]) => [`\`${name}\``, about, remedy])
  const sections = parts.map(
    ([part, title]) =>
      `## ${title}\n\n${table(['Check', 'What is looked at', 'What to do'], rowsOf(part))}\n`,
  )
  return `${generated}

# \`scim-push check\`

Tries every connection, credential and right, reads both sides in full, and says what a push would do. It writes nothing, and takes no
lock.

    scim-push check --config sync.yaml
    scim-push check --config sync.yaml -o json

Each finding has a level:

${table(
  ['Level', 'Meaning'],
  [
    ['`ok`', 'Fine, or good to know.'],
    [
      '`warning`',
      'A push is done all the same, and something of it wants a look: what would be removed, taken over or withheld.',
    ],
    ['`error`', 'A push would fail, or would leave undone what was asked for.'],
  ],
)}

The exit code is 0 unless there is an error: then it is 1, and 78 for a configuration that is wrong. Warnings change nothing about it.
Every warning and every error says what to do; where the table has nothing, that depends on what was answered, and
[errors.md](errors.md) has it by code. A side that can't be read is not compared: the other one is looked at all the same.

In JSON (\`scim-push.io/check/v1\`, several configurations: \`scim-push.io/checks/v1\`) the findings stand under \`source\`, \`target\`,
\`plan\` and \`cluster\`, each with \`level\`, \`check\`, \`message\` and \`remedy\`. The names below do not change; messages may.

${sections.join('\n')}`
}
