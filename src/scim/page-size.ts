/** Keeper serves so many a page since backend 17.6.0; who says more is taken at so many, which is an answer of some 5 MB. */
const LARGEST_PAGE = 10_000

export interface PageSize {
  /** How many resources a page to ask for. */
  readonly count: number
  /** The server says that it serves `count` a page: fewer than that are then all that there are. */
  readonly promised: boolean
}

/**
 * How many a page to ask for: what the server says that it serves (`filter.maxResults` of ServiceProviderConfig, RFC 7643 §5), where
 * that is more than the profile asks for.
 * @param maxResults null where the server does not say
 */
export const pageSizeFor = (ofProfile: number, maxResults: number | null): PageSize => {
  const count = Math.max(ofProfile, Math.min(maxResults ?? 0, LARGEST_PAGE))
  return { count, promised: maxResults !== null && maxResults >= count }
}

/** So many resources are on their way at once: answers of any size would otherwise lie in memory by the dozen. */
const MOST_ON_THE_WAY = 40_000

/** How many pages of `served` resources to read at the same time, at most `concurrency`. */
export const pagesAtOnce = (served: number, concurrency: number): number =>
  Math.max(1, Math.min(concurrency, Math.floor(MOST_ON_THE_WAY / served)))
