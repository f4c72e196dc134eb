/** Processor time of this thread in milliseconds: how busy the machine is does not count. */
export const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
