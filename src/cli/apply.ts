import type { PushgatewayFlags } from '../config/pushgateway.ts'
import type { PushFlags } from './options.ts'
import { pushAs } from './push.ts'
import { readSavedPlan } from './saved-plan.ts'

/** `scim-push apply PLAN.json` */
export const apply = (
  path: string,
  flags: PushFlags & PushgatewayFlags,
  stop: AbortSignal,
): Promise<number> =>
  pushAs('apply', flags, stop, async () => ({
    command: 'apply',
    dryRun: false,
    detailedExitCode: false,
    saved: await readSavedPlan(path),
  }))
