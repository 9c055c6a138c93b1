// Holds the import rules of .dependency-cruiser.js, and fails when no modules were seen: a cruise that parsed nothing passes
// every rule.
import { cruise } from 'dependency-cruiser'
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { globSync } from 'node:fs'

const config = await extractConfig('./.dependency-cruiser.js')
const { output } = await cruise(
  ['src'],
  { ...config.options, ruleSet: { forbidden: config.forbidden ?? [] }, validate: true },
  {},
  { tsConfig: extractTsConfig('tsconfig.json') },
)
if (typeof output === 'string') throw new Error('dependency-cruiser answered with text')

const sources = globSync('src/**/*.ts').length
const seen = output.modules.filter(({ source }) => source.startsWith('src/')).length
for (const { rule, from, to } of output.summary.violations)
  process.stderr.write(`${rule.severity} ${rule.name}: ${from} → ${to}\n`)
process.stdout.write(
  `${seen} of ${sources} modules seen, ${output.summary.totalDependenciesCruised ?? 0} imports, ${output.summary.violations.length} violations\n`,
)
if (seen < sources || (output.summary.totalDependenciesCruised ?? 0) === 0) {
  process.stderr.write('the cruise missed modules: its result means nothing\n')
  process.exitCode = 1
}
if (output.summary.violations.length > 0) process.exitCode = 1
