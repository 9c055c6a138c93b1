// Bundles the program into dist/, or the folder that is named: one entry, and chunks of their own for what is loaded only when it is used (each source's
// client, the emulators). Nothing of node_modules is needed to run it.
import { chmod, rm } from 'node:fs/promises'
import { build } from 'esbuild'
import { precompiledSchema } from './precompiled-schema.ts'

const outdir = process.argv[2] ?? 'dist'
await rm(outdir, { recursive: true, force: true })
const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  metafile: true,
  plugins: [precompiledSchema],
  logLevel: 'warning',
  // The Dockerfile knows the commit; the build itself must not need git.
  define: { __REVISION__: JSON.stringify(process.env['REVISION'] || 'unknown') },
  // CommonJS packages inside an ES module still ask for require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
})
await chmod(`${outdir}/main.js`, 0o755)
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
process.stdout.write(
  `${outdir}/: ${Object.keys(metafile.outputs).length} files, ${(bytes / 1e6).toFixed(1)} MB\n`,
)
