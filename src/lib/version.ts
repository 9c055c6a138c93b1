import manifest from '../../package.json' with { type: 'json' }

/** The version of this program, as package.json has it. */
export const version: string = manifest.version

declare const __REVISION__: string | undefined

/** The commit that it was built from, which the build puts in; `unknown` where nobody said, or the sources run as they are. */
export const revision: string = typeof __REVISION__ === 'string' ? __REVISION__ : 'unknown'
