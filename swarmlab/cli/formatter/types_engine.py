"""The Go types of what one engine holds: containers, networks, images, volumes, itself.

Facts of moby's API package as docker/cli 28.2.2 vendors it (github.com/docker/docker/api/types), in the notation
of `gotypes`: fields in their order, "=" before another JSON name, "?" for omitempty, "~" for an embedded struct.
"""

TYPES = """
network.Inspect: Name string; ID=Id string; Created time; Scope string; Driver string; EnableIPv4 bool; EnableIPv6
    bool; IPAM network.IPAM; Internal bool; Attachable bool; Ingress bool; ConfigFrom network.ConfigReference;
    ConfigOnly bool; Containers map[string]network.EndpointResource; Options map[string]string; Labels
    map[string]string; Peers? []network.PeerInfo; Services? map[string]network.ServiceInfo
volume.Volume: ClusterVolume? *volume.ClusterVolume; CreatedAt? string; Driver string; Labels map[string]string;
    Mountpoint string; Name string; Options map[string]string; Scope string; Status? map[string]any; UsageData?
    *volume.UsageData
container.InspectResponse: ~ContainerJSONBase *container.ContainerJSONBase; Mounts []container.MountPoint; Config
    *container.Config; NetworkSettings *container.NetworkSettings; ImageManifestDescriptor? *ocispec.Descriptor
image.InspectResponse: ID=Id string; RepoTags []string; RepoDigests []string; Parent string; Comment string;
    Created? string; Container? string; ContainerConfig? *container.Config; DockerVersion string; Author string;
    Config *dockerspec.DockerOCIImageConfig; Architecture string; Variant? string; Os string; OsVersion? string;
    Size int64; VirtualSize? int64; GraphDriver storage.DriverData; RootFS image.RootFS; Metadata image.Metadata;
    Descriptor? *ocispec.Descriptor; Manifests? []image.ManifestSummary
network.IPAM: Driver string; Options map[string]string; Config []network.IPAMConfig
network.EndpointResource: Name string; EndpointID string; MacAddress string; IPv4Address string; IPv6Address string
network.PeerInfo: Name string; IP string
network.ServiceInfo: VIP string; Ports []string; LocalLBIndex int; Tasks []network.Task
volume.ClusterVolume: ID string; ~Meta swarm.Meta; Spec volume.ClusterVolumeSpec; PublishStatus?
    []*volume.PublishStatus; Info? *volume.Info
volume.UsageData: RefCount int64; Size int64
container.ContainerJSONBase: ID=Id string; Created string; Path string; Args []string; State *container.State; Image
    string; ResolvConfPath string; HostnamePath string; HostsPath string; LogPath string; Name string; RestartCount
    int; Driver string; Platform string; MountLabel string; ProcessLabel string; AppArmorProfile string; ExecIDs
    []string; HostConfig *container.HostConfig; GraphDriver storage.DriverData; SizeRw? *int64; SizeRootFs? *int64
container.MountPoint: Type? string; Name? string; Source string; Destination string; Driver? string; Mode string; RW
    bool; Propagation string
container.Config: Hostname string; Domainname string; User string; AttachStdin bool; AttachStdout bool; AttachStderr
    bool; ExposedPorts? any; Tty bool; OpenStdin bool; StdinOnce bool; Env []string; Cmd []string; Healthcheck?
    *dockerspec.HealthcheckConfig; ArgsEscaped? bool; Image string; Volumes map[string]struct{}; WorkingDir string;
    Entrypoint []string; NetworkDisabled? bool; MacAddress? string; OnBuild []string; Labels map[string]string;
    StopSignal? string; StopTimeout? *int; Shell? []string
container.NetworkSettings: ~NetworkSettingsBase container.NetworkSettingsBase; ~DefaultNetworkSettings
    container.DefaultNetworkSettings; Networks map[string]*network.EndpointSettings
ocispec.Descriptor: MediaType=mediaType string; Digest=digest any; Size=size int64; URLs=urls? []string;
    Annotations=annotations? map[string]string; Data=data? bytes; Platform=platform? *ocispec.Platform;
    ArtifactType=artifactType? string
dockerspec.DockerOCIImageConfig: ~ImageConfig ocispec.ImageConfig; ~DockerOCIImageConfigExt
    dockerspec.DockerOCIImageConfigExt
storage.DriverData: Data map[string]string; Name string
image.RootFS: Type? string; Layers? []string
image.Metadata: LastTagTime? time
image.ManifestSummary: ID string; Descriptor ocispec.Descriptor; Available bool; Size any; Content int64; Total
    int64; Kind string; ImageData? *image.ImageProperties; AttestationData? *image.AttestationProperties
network.IPAMConfig: Subnet? string; IPRange? string; Gateway? string; AuxAddress=AuxiliaryAddresses?
    map[string]string
network.Task: Name string; EndpointID string; EndpointIP string; Info map[string]string
volume.ClusterVolumeSpec: Group? string; AccessMode? *volume.AccessMode; AccessibilityRequirements?
    *volume.TopologyRequirement; CapacityRange? *volume.CapacityRange; Secrets? []volume.Secret; Availability?
    string
volume.PublishStatus: NodeID? string; State? string; PublishContext? map[string]string
volume.Info: CapacityBytes? int64; VolumeContext? map[string]string; VolumeID? string; AccessibleTopology?
    []volume.Topology
container.State: Status string; Running bool; Paused bool; Restarting bool; OOMKilled bool; Dead bool; Pid int;
    ExitCode int; Error string; StartedAt string; FinishedAt string; Health? *container.Health
container.HostConfig: Binds []string; ContainerIDFile string; LogConfig container.LogConfig; NetworkMode string;
    PortBindings map[nat.Port][]nat.PortBinding; RestartPolicy container.RestartPolicy; AutoRemove bool;
    VolumeDriver string; VolumesFrom []string; ConsoleSize any; Annotations? map[string]string; CapAdd []string;
    CapDrop []string; CgroupnsMode string; DNS=Dns []string; DNSOptions=DnsOptions []string; DNSSearch=DnsSearch
    []string; ExtraHosts []string; GroupAdd []string; IpcMode string; Cgroup string; Links []string; OomScoreAdj
    int; PidMode string; Privileged bool; PublishAllPorts bool; ReadonlyRootfs bool; SecurityOpt []string;
    StorageOpt? map[string]string; Tmpfs? map[string]string; UTSMode string; UsernsMode string; ShmSize int64;
    Sysctls? map[string]string; Runtime? string; Isolation string; ~Resources container.Resources; Mounts?
    []mount.Mount; MaskedPaths []string; ReadonlyPaths []string; Init? *bool
container.NetworkSettingsBase: Bridge string; SandboxID string; SandboxKey string; Ports
    map[nat.Port][]nat.PortBinding; HairpinMode bool; LinkLocalIPv6Address string; LinkLocalIPv6PrefixLen int;
    SecondaryIPAddresses []network.Address; SecondaryIPv6Addresses []network.Address
container.DefaultNetworkSettings: EndpointID string; Gateway string; GlobalIPv6Address string; GlobalIPv6PrefixLen
    int; IPAddress string; IPPrefixLen int; IPv6Gateway string; MacAddress string
network.EndpointSettings: IPAMConfig *network.EndpointIPAMConfig; Links []string; Aliases []string; MacAddress
    string; DriverOpts map[string]string; GwPriority int; NetworkID string; EndpointID string; Gateway string;
    IPAddress string; IPPrefixLen int; IPv6Gateway string; GlobalIPv6Address string; GlobalIPv6PrefixLen int;
    DNSNames []string
ocispec.Platform: Architecture=architecture string; OS=os string; OSVersion=os.version? string;
    OSFeatures=os.features? []string; Variant=variant? string
ocispec.ImageConfig: User? string; ExposedPorts? map[string]struct{}; Env? []string; Entrypoint? []string; Cmd?
    []string; Volumes? map[string]struct{}; WorkingDir? string; Labels? map[string]string; StopSignal? string;
    ArgsEscaped? bool
dockerspec.DockerOCIImageConfigExt: Healthcheck? *dockerspec.HealthcheckConfig; OnBuild? []string; Shell? []string
image.ImageProperties: Platform ocispec.Platform; Size any; Unpacked int64; Containers []string
image.AttestationProperties: For any
volume.AccessMode: Scope? string; Sharing? string; MountVolume? *volume.TypeMount; BlockVolume? *volume.TypeBlock
volume.TopologyRequirement: Requisite? []volume.Topology; Preferred? []volume.Topology
volume.CapacityRange: RequiredBytes int64; LimitBytes int64
volume.Secret: Key string; Secret string
volume.Topology: Segments? map[string]string
container.Health: Status string; FailingStreak int; Log []*container.HealthcheckResult
container.LogConfig: Type string; Config map[string]string
nat.PortBinding: HostIP=HostIp string; HostPort string
container.RestartPolicy: Name string; MaximumRetryCount int
container.Resources: CPUShares=CpuShares int64; Memory int64; NanoCPUs=NanoCpus int64; CgroupParent string;
    BlkioWeight uint16; BlkioWeightDevice []*blkiodev.WeightDevice; BlkioDeviceReadBps []*blkiodev.ThrottleDevice;
    BlkioDeviceWriteBps []*blkiodev.ThrottleDevice; BlkioDeviceReadIOps []*blkiodev.ThrottleDevice;
    BlkioDeviceWriteIOps []*blkiodev.ThrottleDevice; CPUPeriod=CpuPeriod int64; CPUQuota=CpuQuota int64;
    CPURealtimePeriod=CpuRealtimePeriod int64; CPURealtimeRuntime=CpuRealtimeRuntime int64; CpusetCpus string;
    CpusetMems string; Devices []container.DeviceMapping; DeviceCgroupRules []string; DeviceRequests
    []container.DeviceRequest; KernelMemory? int64; KernelMemoryTCP? int64; MemoryReservation int64; MemorySwap
    int64; MemorySwappiness *int64; OomKillDisable *bool; PidsLimit *int64; Ulimits []*units.Ulimit;
    CPUCount=CpuCount int64; CPUPercent=CpuPercent int64; IOMaximumIOps uint64; IOMaximumBandwidth uint64
network.Address: Addr string; PrefixLen int
network.EndpointIPAMConfig: IPv4Address? string; IPv6Address? string; LinkLocalIPs? []string
volume.TypeMount: FsType? string; MountFlags? []string
volume.TypeBlock:
container.HealthcheckResult: Start time; End time; ExitCode int; Output string
blkiodev.WeightDevice: Path string; Weight uint16
blkiodev.ThrottleDevice: Path string; Rate uint64
container.DeviceMapping: PathOnHost string; PathInContainer string; CgroupPermissions string
container.DeviceRequest: Driver string; Count int; DeviceIDs []string; Capabilities [][]string; Options
    map[string]string
events.Message: Status=status? string; ID=id? string; From=from? string; Type string; Action string; Actor events.Actor;
    Scope=scope? string; Time=time? int64; TimeNano=timeNano? int64
events.Actor: ID string; Attributes map[string]string
system.Info: ID string; Containers int; ContainersRunning int; ContainersPaused int; ContainersStopped int; Images
    int; Driver string; DriverStatus []any; SystemStatus? []any; Plugins system.PluginsInfo; MemoryLimit bool;
    SwapLimit bool; KernelMemory? bool; KernelMemoryTCP? bool; CPUCfsPeriod=CpuCfsPeriod bool;
    CPUCfsQuota=CpuCfsQuota bool; CPUShares bool; CPUSet bool; PidsLimit bool; IPv4Forwarding bool; Debug bool; NFd
    int; OomKillDisable bool; NGoroutines int; SystemTime string; LoggingDriver string; CgroupDriver string;
    CgroupVersion? string; NEventsListener int; KernelVersion string; OperatingSystem string; OSVersion string;
    OSType string; Architecture string; IndexServerAddress string; RegistryConfig *registry.ServiceConfig; NCPU int;
    MemTotal int64; GenericResources []swarm.GenericResource; DockerRootDir string; HTTPProxy=HttpProxy string;
    HTTPSProxy=HttpsProxy string; NoProxy string; Name string; Labels []string; ExperimentalBuild bool;
    ServerVersion string; Runtimes map[string]system.RuntimeWithStatus; DefaultRuntime string; Swarm swarm.Info;
    LiveRestoreEnabled bool; Isolation string; InitBinary string; ContainerdCommit system.Commit; RuncCommit
    system.Commit; InitCommit system.Commit; SecurityOptions []string; ProductLicense? string; DefaultAddressPools?
    []system.NetworkAddressPool; FirewallBackend? *system.FirewallInfo; CDISpecDirs []string; DiscoveredDevices?
    []system.DeviceInfo; Containerd? *system.ContainerdInfo; Warnings []string
system.PluginsInfo: Volume []string; Network []string; Authorization []string; Log []string
registry.ServiceConfig: AllowNondistributableArtifactsCIDRs? []*any; AllowNondistributableArtifactsHostnames?
    []string; InsecureRegistryCIDRs []*any; IndexConfigs map[string]*registry.IndexInfo; Mirrors []string;
    ExtraFields- map[string]any
system.RuntimeWithStatus: ~Runtime system.Runtime; Status=status? map[string]string
swarm.Info: NodeID string; NodeAddr string; LocalNodeState string; ControlAvailable bool; Error string;
    RemoteManagers []swarm.Peer; Nodes? int; Managers? int; Cluster? *swarm.ClusterInfo; Warnings? []string
system.Commit: ID string; Expected? string
system.NetworkAddressPool: Base string; Size int
system.FirewallInfo: Driver string; Info? []any
system.DeviceInfo: Source string; ID string
system.ContainerdInfo: Address? string; Namespaces system.ContainerdNamespaces
registry.IndexInfo: Name string; Mirrors []string; Secure bool; Official bool
system.Runtime: Path=path? string; Args=runtimeArgs? []string; Type=runtimeType? string; Options=options?
    map[string]any
swarm.Peer: NodeID string; Addr string
swarm.ClusterInfo: ID string; ~Meta swarm.Meta; Spec swarm.Spec; TLSInfo swarm.TLSInfo; RootRotationInProgress bool;
    DefaultAddrPool []string; SubnetSize uint32; DataPathPort uint32
system.ContainerdNamespaces: Containers string; Plugins string
swarm.Spec: ~Annotations swarm.Annotations; Orchestration? swarm.OrchestrationConfig; Raft? swarm.RaftConfig;
    Dispatcher? swarm.DispatcherConfig; CAConfig? swarm.CAConfig; TaskDefaults? swarm.TaskDefaults;
    EncryptionConfig? swarm.EncryptionConfig
swarm.OrchestrationConfig: TaskHistoryRetentionLimit? *int64
swarm.RaftConfig: SnapshotInterval? uint64; KeepOldSnapshots? *uint64; LogEntriesForSlowFollowers? uint64;
    ElectionTick int; HeartbeatTick int
swarm.DispatcherConfig: HeartbeatPeriod? duration
swarm.CAConfig: NodeCertExpiry? duration; ExternalCAs? []*swarm.ExternalCA; SigningCACert? string; SigningCAKey?
    string; ForceRotate? uint64
swarm.TaskDefaults: LogDriver? *swarm.Driver
swarm.EncryptionConfig: AutoLockManagers bool
swarm.ExternalCA: Protocol string; URL string; Options? map[string]string; CACert string
system.dockerInfo: ~Info *system.Info; ServerErrors? []string; ClientInfo? *system.clientInfo; ClientErrors? []string
system.clientInfo: Debug bool; ~clientVersion system.clientVersion; Plugins []any; Warnings []string
system.clientVersion: Platform? *any; Version? string; APIVersion=ApiVersion? string; DefaultAPIVersion? string;
    GitCommit? string; GoVersion? string; Os? string; Arch? string; BuildTime? string; Context string
"""
