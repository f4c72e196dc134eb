/** TRUE or FALSE. There are exactly two instances. */
export class BooleanValue {
  readonly type = 'BOOLEAN'
  readonly value: boolean

  private constructor(value: boolean) {
    this.value = value
  }

  static readonly TRUE = new BooleanValue(true)
  static readonly FALSE = new BooleanValue(false)

  static of(value: boolean): BooleanValue {
    return value ? BooleanValue.TRUE : BooleanValue.FALSE
  }

  get text(): string {
    return this.value ? 'TRUE' : 'FALSE'
  }
}
