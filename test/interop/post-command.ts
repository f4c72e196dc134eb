import { connect } from 'node:net'

/** A command may mine: the reference takes up to a minute for it. */
const ANSWER_MAX_MS = 120_000

/**
 * Sends a command line to the command interface of a node on this machine, on a connection of its own, and gives the JSON text of the
 * answer. The reference's answers have header lines that real HTTP clients refuse: only the body is looked at.
 *
 * @param command in ASCII: the reference counts characters for bytes
 */
export function postCommand(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${command.length}\r\n\r\n${command}`)
    })
    const chunks: Buffer[] = []
    socket.setTimeout(ANSWER_MAX_MS, () => socket.destroy(new TypeError(`no answer to ${command.slice(0, 80)}`)))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const body = text.search(/[[{]/)
      resolve(body < 0 ? '' : text.slice(body))
    })
  })
}
