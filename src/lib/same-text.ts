/**
 * Gives of equal texts always the first: what names somebody half a million times is kept once, and found faster. Whatever it has seen
 * it holds, so it is not to outlive a read.
 */
export const createSameText = <Text extends string>(): ((text: Text) => Text) => {
  const seen = new Map<Text, Text>()
  return (text) => {
    const before = seen.get(text)
    if (before !== undefined) return before
    seen.set(text, text)
    return text
  }
}
