/** Ends an exhaustive switch: the compiler refuses it while a case is missing. */
export const assertNever = (value: never): never => {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`)
}
