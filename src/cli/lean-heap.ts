import { setFlagsFromString } from 'node:v8'

/**
 * Memory is what a container is given little of, and by default the heap may become several times what is in use before it is swept
 * (docs/decisions/0004-memory.md). For when everything is loaded: modules that Node.js has compiled for other flags are compiled anew.
 */
export const keepHeapLean = (): void => {
  for (const flag of ['--heap-growing-percent=25', '--semi-space-growth-factor=1']) setFlagsFromString(flag)
}
