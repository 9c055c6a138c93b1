import type { Config } from '../config/config.ts'
import { checkBothSides } from '../check/both-sides.ts'
import { ScimPushError } from '../errors/error.ts'
import { renderCheckJson, renderChecksJson, renderCheckText } from '../report/check.ts'
import { exitCodeOf, worstOf } from '../report/exit-code.ts'
import type { CarriedDocument } from '../kubernetes/carrier.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { checkMemory } from '../memory/check.ts'
import { failed } from '../model/finding.ts'
import type { CheckedPart, CheckReport } from '../report/report.ts'
import { waits } from '../plan/policy.ts'
import { createSource, createTarget } from '../wiring.ts'
import type { CommonFlags } from './options.ts'
import { planContextOf } from './plan-context.ts'
import { prepare, type Prepared } from './prepare.ts'
import { printError } from './print-error.ts'
import { exitCodeOfError, inSession, signalOf } from './in-session.ts'
import type { Session } from './session.ts'
import { findWork, type Work } from './work.ts'

/** `scim-push check` */
export const check = (flags: CommonFlags, stop: AbortSignal): Promise<number> =>
  inSession('check', flags, stop, async (session) => {
    const work = await findWork(flags, stop)
    const reports: CheckReport[] = []
    for (const one of await prepare(session, work.tasks, {})) {
      if (!work.several && one.config instanceof ScimPushError) {
        const exitCode = exitCodeOfError(one.config, stop)
        await printError('check', one.config, exitCode, session)
        return exitCode
      }
      const report = await checkOne(one, work, flags, stop)
      reports.push(report)
      if (flags.output === 'text') await session.print(renderCheckText(report, session.colour))
      else if (flags.output === 'json' && !work.several) await session.print(renderCheckJson(report))
    }
    const exitCode = worstOf(reports.map((report) => report.exitCode))
    if (work.several && flags.output === 'json') await session.print(renderChecksJson(reports, exitCode))
    return exitCode
  })

const checkOne = async (
  one: Prepared,
  { cluster, lock }: Work,
  flags: CommonFlags,
  stop: AbortSignal,
): Promise<CheckReport> => {
  const {
    config,
    task: { origin },
    carried,
  } = one
  if (!(config instanceof ScimPushError))
    return checkAll(
      config,
      { cluster, lock, carried, origin, flags, log: one.context.log },
      one.context,
      stop,
    )
  return {
    config: origin,
    exitCode: exitCodeOfError(config, stop),
    source: { description: 'not tried', findings: [failed('config', config)] },
    target: { description: 'not tried', findings: [] },
    plan: { description: 'not tried', findings: [] },
    cluster: cluster && { description: 'not tried', findings: [] },
  }
}

const checkAll = async (
  config: Config,
  place: Parameters<typeof planContextOf>[1],
  { log, onRequest, progress }: Pick<Session, 'log' | 'onRequest' | 'progress'>,
  stop: AbortSignal,
): Promise<CheckReport> => {
  const source = await createSource(config.source, config.scope, { log, onRequest, stop })
  const target = await createTarget(config, { log, onRequest, stop })
  try {
    const [read, written, cluster, { context, warnings, memory }] = await Promise.all([
      source.check(stop),
      target.check(stop),
      checkCluster(config, place),
      planContextOf(config, place),
    ])
    progress.phase('read')
    const both = await checkBothSides({
      source: { side: source, found: read },
      target: { side: target, found: written },
      policy: config.policy,
      context,
      warnings,
      stop,
    })
    const plan = { ...both.plan, findings: [...both.plan.findings, ...(await checkMemory(memory))] }
    const findings = [...both.source, ...both.target, ...plan.findings, ...(cluster?.findings ?? [])]
    const failed = findings.some(({ level }) => level === 'error')
    const ended = stop.aborted ? exitCodeOf('interrupted', { signal: signalOf(stop) }) : 1
    return {
      config: config.name,
      exitCode: failed ? ended : 0,
      source: { description: source.description, findings: both.source },
      target: { description: target.description, findings: both.target },
      plan,
      cluster,
    }
  } finally {
    progress.end()
    await Promise.all([source.close(), target.close()])
  }
}

const checkCluster = async (
  { dryRun, target, policy, memory }: Config,
  { cluster, carried }: { readonly cluster: Cluster | null; readonly carried: CarriedDocument | null },
): Promise<CheckedPart | null> =>
  cluster && {
    description: `namespace ${cluster.namespace}`,
    // A dry run writes nothing to the target, and takes no lock.
    findings: await cluster.checkRights(carried, {
      targetUrl: dryRun ? null : target.url,
      memory: !dryRun && memory.file === '' && waits(policy.users.remove),
    }),
  }
