import { keeper } from './profiles/keeper.ts'
import type { Profile } from './profiles/profile.ts'
import { rfc7644 } from './profiles/rfc7644.ts'
import type { ServiceProviderConfig } from './service-provider-config.ts'

/** Keeper's regions, the US government's included. */
const KEEPER_HOST = /(^|\.)keepersecurity\.(com|eu|com\.au|ca|jp|us)$/i
const KEEPER_PATH = /\/api\/rest\/scim\/v2\/\d+$/

/** The profile that was asked for; with `auto`, the one that the URL, else ServiceProviderConfig, gives away. */
export const detectProfile = (
  wanted: 'auto' | 'keeper' | 'rfc7644',
  baseUrl: URL,
  config: ServiceProviderConfig | null,
): Profile => {
  switch (wanted) {
    case 'keeper':
      return keeper
    case 'rfc7644':
      return rfc7644
    case 'auto':
      return KEEPER_HOST.test(baseUrl.hostname) ||
        KEEPER_PATH.test(baseUrl.pathname) ||
        /\bkeeper(security)?\b/i.test(config?.documentationUri ?? '')
        ? keeper
        : rfc7644
  }
}
