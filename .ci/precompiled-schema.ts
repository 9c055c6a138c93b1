import { dirname } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import type { Plugin } from 'esbuild'
import { SCHEMA_OPTIONS } from '../src/config/compile-schema.ts'
import { documentSchema } from '../src/config/json-schema.ts'

/**
 * Puts the compiled schema of a SyncConfig in the place of src/config/compile-schema.ts: compiling it takes a third of the time of a
 * push that has nothing to do.
 */
export const precompiledSchema: Plugin = {
  name: 'precompiled-schema',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]config[\\/]compile-schema\.ts$/ }, ({ path }) => {
      const ajv = new Ajv2020({ ...SCHEMA_OPTIONS, code: { source: true, esm: true } })
      const code = standalone.default(ajv, ajv.compile(documentSchema()))
      return {
        contents: `${code}\nexport const compileSchema = () => validate\n`,
        loader: 'js',
        resolveDir: dirname(path),
      }
    })
  },
}
