/** The day of a time in UTC: `2026-01-02`. @param ms milliseconds since the epoch */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
