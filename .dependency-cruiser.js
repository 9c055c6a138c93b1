/**
 * The import rules: folders are stages, and what may know what is decided here.
 * `npm run check:imports` also asserts that modules were seen at all.
 */

/** A folder of src/ may import itself and the folders named, and nothing else of src/. */
const only = (name, from, folders, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: `^src/${from}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: [`^src/${from}/`, ...folders.map((f) => `^src/${f}`)] },
})

/** One vendor a place. */
const vendor = (name, modules, home, extra = {}) => ({
  name: `${name}-has-one-home`,
  severity: 'error',
  comment: `${name} is imported in ${home} alone`,
  from: { path: '^src/', pathNot: [`^src/${home}`, '\\.test\\.ts$'] },
  to: { path: `node_modules/(${modules})/`, ...extra },
})

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    only('model-imports-nothing', 'model', [], 'the model is the innermost ring'),
    {
      name: 'model-is-pure',
      severity: 'error',
      from: { path: '^src/model/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^src/model/' },
    },
    only('plan-is-pure', 'plan', ['model/', 'lib/'], 'planning knows no network, clock or logger'),
    {
      name: 'plan-knows-no-package',
      severity: 'error',
      from: { path: '^src/plan/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
    },
    only('source-is-an-edge', 'source', ['model/', 'lib/', 'errors/'], 'a source reads; it knows no plan'),
    ...['google', 'active-directory', 'records'].map((one) => ({
      name: `source-${one}-stands-alone`,
      severity: 'error',
      comment: 'sources never import each other',
      from: { path: `^src/source/${one}/` },
      to: { path: '^src/source/[^/]+/', pathNot: `^src/source/${one}/` },
    })),
    only(
      'scim-is-an-edge',
      'scim',
      ['model/', 'lib/', 'errors/', 'apply/target\\.ts$'],
      'the target side of the network',
    ),
    only('apply-knows-no-network', 'apply', ['model/', 'plan/', 'lib/', 'errors/']),
    only(
      'explain-knows-no-network',
      'explain',
      [
        'model/',
        'lib/',
        'errors/',
        'source/[^/]+\\.ts$',
        'plan/',
        'apply/target\\.ts$',
        'report/',
        'read-both\\.ts$',
      ],
      'it reads through the interfaces, like run.ts',
    ),
    only(
      'check-knows-no-network',
      'check',
      ['model/', 'lib/', 'errors/', 'source/[^/]+\\.ts$', 'plan/', 'apply/target\\.ts$', 'report/'],
      'it reads through the interfaces, like run.ts',
    ),
    {
      name: 'report-takes-types-only',
      severity: 'error',
      from: { path: '^src/report/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(report|lib|errors)/', dependencyTypesNot: ['type-only'] },
    },
    only('report-looks-inward', 'report', ['model/', 'plan/', 'apply/', 'lib/', 'errors/']),
    only('observe-is-an-edge', 'observe', ['report/', 'lib/', 'errors/']),
    only('memory-is-an-edge', 'memory', ['model/', 'plan/', 'lib/', 'errors/']),
    only('kubernetes-is-an-edge', 'kubernetes', ['report/', 'lib/', 'errors/', 'memory/store\\.ts$']),
    only('lib-is-general', 'lib', [], 'lib knows nothing of provisioning'),
    only('errors-are-a-leaf', 'errors', ['lib/']),
    only('config-reads-only', 'config', [
      'model/',
      'lib/',
      'errors/',
      'source/source\\.ts$',
      'plan/policy\\.ts$',
    ]),
    only('emulators-stand-apart', 'emulators', ['lib/'], 'an emulator shares no code with what it tests'),
    {
      name: 'emulators-on-demand',
      severity: 'error',
      comment: 'they are loaded only when used: by demo, dynamically',
      from: { path: '^src/', pathNot: ['^src/emulators/', '\\.test\\.ts$'] },
      to: { path: '^src/emulators/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'no-dev-dependency-in-src',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown', 'undetermined'],
        pathNot: '^node_modules/@types/',
      },
    },
    vendor('convict', 'convict', 'config/'),
    vendor('googleapis', 'googleapis|google-auth-library|gaxios', 'source/google/'),
    vendor('ldapts', 'ldapts', 'source/active-directory/'),
    vendor('undici', 'undici', '(scim/|lib/http\\.ts$)'),
    vendor('prom-client', 'prom-client', 'observe/metrics\\.ts$'),
    vendor('client-node', '@kubernetes/client-node', 'kubernetes/'),
    vendor('commander', 'commander', 'cli/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
