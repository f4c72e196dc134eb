import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { FrameGuard } from './frame-guard.ts'
import { MqttError } from './mqtt-error.ts'

/** A socket whose frames are watched: one that is too large ends the connection before it is gathered. */
export class GuardedConnection extends Duplex {
  readonly #socket: Socket

  constructor(socket: Socket, frameBytesMax: number) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    const guard = new FrameGuard(frameBytesMax)
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      if (!guard.take(chunk))
        this.destroy(new MqttError('frame-oversize', `an MQTT packet is larger than ${frameBytesMax} bytes`))
      else if (!this.push(chunk)) socket.pause()
    })
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.write(chunk)) done()
    else this.#socket.once('drain', done)
  }

  override _writev(parts: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(parts.map(({ chunk }) => chunk)), 'binary', done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }
}
