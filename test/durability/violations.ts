/** What should hold and does not, one sentence each: all of them are wanted, not the first. */
export class Violations {
  readonly list: string[] = []

  expect(holds: boolean, sentence: () => string): void {
    if (!holds) this.list.push(sentence())
  }
}
