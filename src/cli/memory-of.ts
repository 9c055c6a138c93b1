import type { Config } from '../config/config.ts'
import type { CarriedDocument } from '../kubernetes/carrier.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { leaseName } from '../kubernetes/lease-name.ts'
import type { Memory } from '../memory/memory.ts'
import { waits } from '../plan/policy.ts'

/** The memory of a configuration: in the file that it names, else beside its carrier; null where it has nobody wait. */
export const memoryOf = async (
  { policy, memory, target }: Config,
  { cluster, carried }: { readonly cluster: Cluster | null; readonly carried: CarriedDocument | null },
): Promise<Memory | null> => {
  if (!waits(policy.users.remove)) return null
  const { createMemory } = await import('../memory/memory.ts')
  if (memory.file !== '') {
    const { fileStore } = await import('../memory/file-store.ts')
    return createMemory(fileStore(memory.file), leaseName(target.url))
  }
  return cluster && carried ? createMemory(cluster.memory(carried), leaseName(target.url)) : null
}
