/** How far a run is; a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  phase(name: string): void
  /** How many steps the next phase has; called before it begins. */
  total(steps: number): void
  step(): void
  end(): void
}

export const noProgress: Progress = { phase() {}, total() {}, step() {}, end() {} }

/** Tells both. */
export const together = (one: Progress, other: Progress): Progress => ({
  phase(name) {
    one.phase(name)
    other.phase(name)
  },
  total(steps) {
    one.total(steps)
    other.total(steps)
  },
  step() {
    one.step()
    other.step()
  },
  end() {
    one.end()
    other.end()
  },
})
