"""The Go types of swarm objects: services, nodes, tasks, secrets, configs.

Facts of moby's API package as docker/cli 28.2.2 vendors it (github.com/docker/docker/api/types), in the notation
of `gotypes`: fields in their order, "=" before another JSON name, "?" for omitempty, "~" for an embedded struct.
"""

TYPES = """
swarm.Service: ID string; ~Meta swarm.Meta; Spec? swarm.ServiceSpec; PreviousSpec? *swarm.ServiceSpec; Endpoint?
    swarm.Endpoint; UpdateStatus? *swarm.UpdateStatus; ServiceStatus? *swarm.ServiceStatus; JobStatus?
    *swarm.JobStatus
swarm.Node: ID string; ~Meta swarm.Meta; Spec? swarm.NodeSpec; Description? swarm.NodeDescription; Status?
    swarm.NodeStatus; ManagerStatus? *swarm.ManagerStatus
swarm.Task: ID string; ~Meta swarm.Meta; ~Annotations swarm.Annotations; Spec? swarm.TaskSpec; ServiceID? string;
    Slot? int; NodeID? string; Status? swarm.TaskStatus; DesiredState? string; NetworksAttachments?
    []swarm.NetworkAttachment; GenericResources? []swarm.GenericResource; JobIteration? *swarm.Version; Volumes
    []swarm.VolumeAttachment
swarm.Secret: ID string; ~Meta swarm.Meta; Spec swarm.SecretSpec
swarm.Config: ID string; ~Meta swarm.Meta; Spec swarm.ConfigSpec
swarm.Meta: Version? swarm.Version; CreatedAt? time; UpdatedAt? time
swarm.ServiceSpec: ~Annotations swarm.Annotations; TaskTemplate? swarm.TaskSpec; Mode? swarm.ServiceMode;
    UpdateConfig? *swarm.UpdateConfig; RollbackConfig? *swarm.UpdateConfig; Networks?
    []swarm.NetworkAttachmentConfig; EndpointSpec? *swarm.EndpointSpec
swarm.Endpoint: Spec? swarm.EndpointSpec; Ports? []swarm.PortConfig; VirtualIPs? []swarm.EndpointVirtualIP
swarm.UpdateStatus: State? string; StartedAt? *time; CompletedAt? *time; Message? string
swarm.ServiceStatus: RunningTasks uint64; DesiredTasks uint64; CompletedTasks uint64
swarm.JobStatus: JobIteration swarm.Version; LastExecution? time
swarm.NodeSpec: ~Annotations swarm.Annotations; Role? string; Availability? string
swarm.NodeDescription: Hostname? string; Platform? swarm.Platform; Resources? swarm.Resources; Engine?
    swarm.EngineDescription; TLSInfo? swarm.TLSInfo; CSIInfo? []swarm.NodeCSIInfo
swarm.NodeStatus: State? string; Message? string; Addr? string
swarm.ManagerStatus: Leader? bool; Reachability? string; Addr? string
swarm.Annotations: Name? string; Labels map[string]string
swarm.TaskSpec: ContainerSpec? *swarm.ContainerSpec; PluginSpec? *any; NetworkAttachmentSpec?
    *swarm.NetworkAttachmentSpec; Resources? *swarm.ResourceRequirements; RestartPolicy? *swarm.RestartPolicy;
    Placement? *swarm.Placement; Networks? []swarm.NetworkAttachmentConfig; LogDriver? *swarm.Driver; ForceUpdate
    uint64; Runtime? string
swarm.TaskStatus: Timestamp? time; State? string; Message? string; Err? string; ContainerStatus?
    *swarm.ContainerStatus; PortStatus? swarm.PortStatus
swarm.NetworkAttachment: Network? swarm.Network; Addresses? []string
swarm.GenericResource: NamedResourceSpec? *swarm.NamedGenericResource; DiscreteResourceSpec?
    *swarm.DiscreteGenericResource
swarm.Version: Index? uint64
swarm.VolumeAttachment: ID? string; Source? string; Target? string
swarm.SecretSpec: ~Annotations swarm.Annotations; Data? bytes; Driver? *swarm.Driver; Templating? *swarm.Driver
swarm.ConfigSpec: ~Annotations swarm.Annotations; Data? bytes; Templating? *swarm.Driver
swarm.ServiceMode: Replicated? *swarm.ReplicatedService; Global? *swarm.GlobalService; ReplicatedJob?
    *swarm.ReplicatedJob; GlobalJob? *swarm.GlobalJob
swarm.UpdateConfig: Parallelism uint64; Delay? duration; FailureAction? string; Monitor? duration; MaxFailureRatio
    float32; Order string
swarm.NetworkAttachmentConfig: Target? string; Aliases? []string; DriverOpts? map[string]string
swarm.EndpointSpec: Mode? string; Ports? []swarm.PortConfig
swarm.PortConfig: Name? string; Protocol? string; TargetPort? uint32; PublishedPort? uint32; PublishMode? string
swarm.EndpointVirtualIP: NetworkID? string; Addr? string
swarm.Platform: Architecture? string; OS? string
swarm.Resources: NanoCPUs? int64; MemoryBytes? int64; GenericResources? []swarm.GenericResource
swarm.EngineDescription: EngineVersion? string; Labels? map[string]string; Plugins? []swarm.PluginDescription
swarm.TLSInfo: TrustRoot? string; CertIssuerSubject? bytes; CertIssuerPublicKey? bytes
swarm.NodeCSIInfo: PluginName? string; NodeID? string; MaxVolumesPerNode? int64; AccessibleTopology? *swarm.Topology
swarm.ContainerSpec: Image? string; Labels? map[string]string; Command? []string; Args? []string; Hostname? string;
    Env? []string; Dir? string; User? string; Groups? []string; Privileges? *swarm.Privileges; Init? *bool;
    StopSignal? string; TTY? bool; OpenStdin? bool; ReadOnly? bool; Mounts? []mount.Mount; StopGracePeriod?
    *duration; Healthcheck? *dockerspec.HealthcheckConfig; Hosts? []string; DNSConfig? *swarm.DNSConfig; Secrets?
    []*swarm.SecretReference; Configs? []*swarm.ConfigReference; Isolation? string; Sysctls? map[string]string;
    CapabilityAdd? []string; CapabilityDrop? []string; Ulimits? []*units.Ulimit; OomScoreAdj? int64
swarm.NetworkAttachmentSpec: ContainerID string
swarm.ResourceRequirements: Limits? *swarm.Limit; Reservations? *swarm.Resources
swarm.RestartPolicy: Condition? string; Delay? *duration; MaxAttempts? *uint64; Window? *duration
swarm.Placement: Constraints? []string; Preferences? []swarm.PlacementPreference; MaxReplicas? uint64; Platforms?
    []swarm.Platform
swarm.Driver: Name? string; Options? map[string]string
swarm.ContainerStatus: ContainerID string; PID int; ExitCode int
swarm.PortStatus: Ports? []swarm.PortConfig
swarm.Network: ID string; ~Meta swarm.Meta; Spec? swarm.NetworkSpec; DriverState? swarm.Driver; IPAMOptions?
    *swarm.IPAMOptions
swarm.NamedGenericResource: Kind? string; Value? string
swarm.DiscreteGenericResource: Kind? string; Value? int64
swarm.ReplicatedService: Replicas? *uint64
swarm.GlobalService:
swarm.ReplicatedJob: MaxConcurrent? *uint64; TotalCompletions? *uint64
swarm.GlobalJob:
swarm.PluginDescription: Type? string; Name? string
swarm.Topology: Segments? map[string]string
swarm.Privileges: CredentialSpec *swarm.CredentialSpec; SELinuxContext *swarm.SELinuxContext; Seccomp?
    *swarm.SeccompOpts; AppArmor? *swarm.AppArmorOpts; NoNewPrivileges bool
mount.Mount: Type? string; Source? string; Target? string; ReadOnly? bool; Consistency? string; BindOptions?
    *mount.BindOptions; VolumeOptions? *mount.VolumeOptions; ImageOptions? *mount.ImageOptions; TmpfsOptions?
    *mount.TmpfsOptions; ClusterOptions? *mount.ClusterOptions
dockerspec.HealthcheckConfig: Test? []string; Interval? duration; Timeout? duration; StartPeriod? duration;
    StartInterval? duration; Retries? int
swarm.DNSConfig: Nameservers? []string; Search? []string; Options? []string
swarm.SecretReference: File *swarm.SecretReferenceFileTarget; SecretID string; SecretName string
swarm.ConfigReference: File? *swarm.ConfigReferenceFileTarget; Runtime? *swarm.ConfigReferenceRuntimeTarget;
    ConfigID string; ConfigName string
units.Ulimit: Name string; Hard int64; Soft int64
swarm.Limit: NanoCPUs? int64; MemoryBytes? int64; Pids? int64
swarm.PlacementPreference: Spread *swarm.SpreadOver
swarm.NetworkSpec: ~Annotations swarm.Annotations; DriverConfiguration? *swarm.Driver; IPv6Enabled? bool; Internal?
    bool; Attachable? bool; Ingress? bool; IPAMOptions? *swarm.IPAMOptions; ConfigFrom? *network.ConfigReference;
    Scope? string
swarm.IPAMOptions: Driver? swarm.Driver; Configs? []swarm.IPAMConfig
swarm.CredentialSpec: Config string; File string; Registry string
swarm.SELinuxContext: Disable bool; User string; Role string; Type string; Level string
swarm.SeccompOpts: Mode? string; Profile? bytes
swarm.AppArmorOpts: Mode? string
mount.BindOptions: Propagation? string; NonRecursive? bool; CreateMountpoint? bool; ReadOnlyNonRecursive? bool;
    ReadOnlyForceRecursive? bool
mount.VolumeOptions: NoCopy? bool; Labels? map[string]string; Subpath? string; DriverConfig? *mount.Driver
mount.ImageOptions: Subpath? string
mount.TmpfsOptions: SizeBytes? int64; Mode? filemode; Options? [][]string
mount.ClusterOptions:
swarm.SecretReferenceFileTarget: Name string; UID string; GID string; Mode filemode
swarm.ConfigReferenceFileTarget: Name string; UID string; GID string; Mode filemode
swarm.ConfigReferenceRuntimeTarget:
swarm.SpreadOver: SpreadDescriptor string
network.ConfigReference: Network string
swarm.IPAMConfig: Subnet? string; Range? string; Gateway? string
mount.Driver: Name? string; Options? map[string]string
"""
