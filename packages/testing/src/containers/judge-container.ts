/** What of `docker inspect` is judged. */
export interface InspectedContainer {
  readonly Name: string
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean
    readonly Privileged: boolean
    readonly CapDrop: readonly string[] | null
    readonly CapAdd: readonly string[] | null
    readonly SecurityOpt: readonly string[] | null
    readonly Memory: number
    readonly PidsLimit: number | null
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string }[] | null>> | null
  }
  readonly Config: { readonly User: string; readonly Labels: Readonly<Record<string, string>> }
}

/** By these an entry point gives the data to the server's user and becomes that user. */
const ENTRY_CAPABILITIES = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_SETGID', 'CAP_SETUID']
/** Their servers come with images that are not ours. */
const FOREIGN_SERVICES = ['mysql', 'redis']

/** What is open in a container that should be shut, a sentence each. */
export function judgeContainer({ Name, HostConfig, Config }: InspectedContainer): string[] {
  const service = Config.Labels['com.docker.compose.service'] ?? ''
  const isForeign = FOREIGN_SERVICES.includes(service)
  const caps = (HostConfig.CapAdd ?? []).map((name) => (name.startsWith('CAP_') ? name : `CAP_${name}`))
  const allowed = isForeign ? ENTRY_CAPABILITIES : []
  const findings = [
    [!HostConfig.ReadonlyRootfs, 'can write to its root file system'],
    [HostConfig.Privileged, 'is privileged'],
    [!HostConfig.CapDrop?.includes('ALL'), 'keeps capabilities'],
    [caps.some((name) => !allowed.includes(name)), `is given ${caps.join(', ')}`],
    [
      !HostConfig.SecurityOpt?.some((option) => option.startsWith('no-new-privileges')),
      'may gain privileges',
    ],
    [!(HostConfig.Memory > 0), 'has no limit of memory'],
    [!(Number(HostConfig.PidsLimit) > 0), 'has no limit of processes'],
    [!isForeign && /^(|0|root)(:|$)/.test(Config.User), 'begins as root'],
    ...publishedPorts(HostConfig.PortBindings).map(({ port, address }) => [
      service !== 'dashboard' || address !== '127.0.0.1',
      `publishes ${port} on ${address || 'all addresses'}`,
    ]),
  ] as const
  return findings.filter(([isOpen]) => isOpen).map(([, sentence]) => `${Name.replace(/^\//, '')} ${sentence}`)
}

function publishedPorts(bindings: InspectedContainer['HostConfig']['PortBindings']) {
  return Object.entries(bindings ?? {}).flatMap(([port, hosts]) =>
    (hosts ?? []).map(({ HostIp }) => ({ port, address: HostIp })),
  )
}
