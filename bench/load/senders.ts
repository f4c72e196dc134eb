import { connect, type Socket } from 'node:net'
import mqttPacket from 'mqtt-packet'

/** One connection that hands in packs and hears of each when it is acknowledged. */
export interface Sender {
  /** Calls back when the pack is acknowledged as durable. */
  send(pack: Buffer, acknowledged: () => void): void
  close(): void
}

const opened = async (url: string): Promise<Socket> => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.setNoDelay(true)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve())
    socket.once('error', reject)
  })
  return socket
}

/**
 * HTTP/1.1 keep-alive, one request at a time. Written by hand on a socket, so that most of the machine is left to what is
 * measured.
 */
export async function httpSender(url: string): Promise<Sender> {
  const socket = await opened(url)
  const waiting: (() => void)[] = []
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    for (;;) {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1])
      if (text.length < end + 4 + length) return
      if (!text.startsWith('HTTP/1.1 200 ')) throw new RangeError(`refused: ${text.slice(0, end + 4 + length)}`)
      text = text.slice(end + 4 + length)
      waiting.shift()?.()
    }
  })
  return {
    send(pack, acknowledged) {
      waiting.push(acknowledged)
      const head = `POST /v1/packs HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${pack.length}\r\n\r\n`
      socket.write(Buffer.concat([Buffer.from(head), pack]))
    },
    close: () => socket.destroy(),
  }
}

/** MQTT 3.1.1 with QoS 1. */
export async function mqttSender(url: string, clientId: string): Promise<Sender> {
  const socket = await opened(url)
  const parser = mqttPacket.parser()
  const waiting = new Map<number, () => void>()
  const connected = new Promise<void>((resolve) => {
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connack') resolve()
      if (packet.cmd !== 'puback') return
      const acknowledged = waiting.get(packet.messageId!)
      waiting.delete(packet.messageId!)
      acknowledged?.()
    })
  })
  socket.on('data', (chunk) => parser.parse(chunk))
  socket.write(
    mqttPacket.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId,
      clean: true,
      keepalive: 0,
    }),
  )
  await connected
  let last = 0
  return {
    send(pack, acknowledged) {
      last = (last % 65_535) + 1
      waiting.set(last, acknowledged)
      const frame = {
        topic: 'minipolis/packs',
        payload: pack,
        messageId: last,
        qos: 1,
        retain: false,
        dup: false,
      } as const
      socket.write(mqttPacket.generate({ cmd: 'publish', ...frame }))
    },
    close: () => socket.destroy(),
  }
}
