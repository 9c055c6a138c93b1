import { doubt, fault, fine, type Finding } from '../model/finding.ts'
import type { Profile } from './profiles/profile.ts'
import type { ServiceProviderConfig } from './service-provider-config.ts'

/** What ServiceProviderConfig says that matters here. */
export const checkAbilities = (
  config: ServiceProviderConfig | null,
  profile: Profile,
  wanted: 'auto' | 'off',
): readonly Finding[] => {
  if (config === null)
    return profile.name === 'keeper'
      ? [fine('scim-config', 'no ServiceProviderConfig, and the keeper profile needs none')]
      : [doubt('scim-config', 'no ServiceProviderConfig')]
  const { patch, filter, bulk, etag } = config
  return [
    patch === false
      ? fault('scim-patch', 'PATCH is not offered')
      : fine('scim-patch', patch === null ? 'nothing is said about PATCH' : 'PATCH is offered'),
    fine(
      'scim-filter',
      filter === false
        ? 'filters are not offered: whole lists are read instead'
        : filter === null
          ? 'nothing is said about filters; where one is refused, the whole list is read'
          : 'filters are offered',
    ),
    fine(
      'scim-bulk',
      bulk
        ? `Bulk is offered, ${bulk.maxOperations} operations and ${bulk.maxPayloadSize} bytes a request, and ${wanted === 'off' ? 'not used: target.bulk is off' : 'used'}`
        : 'Bulk is not offered',
    ),
    ...(etag === null
      ? []
      : [
          fine(
            'scim-etag',
            etag ? 'ETags are offered; they are not used' : 'ETags are not offered, nor used',
          ),
        ]),
  ]
}
