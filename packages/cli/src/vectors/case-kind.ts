import { checkCase, type Handler, type Siblings } from './check-case.ts'
import { Recorded } from './recorded.ts'
import { shown, VectorError } from './vector-error.ts'
import type { VectorCase, VectorKind } from './vector-kind.ts'

const NO_OP = 'no-op'

/**
 * The format `{kind, about, caseFields, cases: [{name, op, expect, …}]}`. A handler is chosen by `type` and `op` where cases
 * have a type (`coin decode`), else by `op`.
 */
export const caseKind = (kind: string, handlers: Readonly<Record<string, Handler>>): VectorKind => ({
  name: kind,
  matches: ({ content }) => content.kind === kind,
  cases({ content }) {
    const all = new Recorded(content).records('cases')
    const byName = new Map(all.map((recorded) => [recorded.text('name'), recorded]))
    const siblings: Siblings = {
      all,
      byName(name) {
        const found = byName.get(name)
        if (found === undefined) throw new VectorError('shape', `the file has no case named ${shown(name)}`, { name })
        return found
      },
    }
    return all.map((recorded) => vectorCase(recorded, handlers, siblings))
  },
})

const vectorCase = (
  recorded: Recorded,
  handlers: Readonly<Record<string, Handler>>,
  siblings: Siblings,
): VectorCase => {
  const type = recorded.get('type')
  const op = recorded.get('op') ?? NO_OP
  const key = typeof type === 'string' ? `${type} ${op}` : String(op)
  return {
    name: recorded.text('name'),
    check() {
      const handler = handlers[key]
      if (handler === undefined) throw new VectorError('unchecked', `no handler for the operation ${key}`, { key })
      checkCase(recorded, handler, siblings)
    },
  }
}
