namespace OciRuntime.Core.Criu;

/// <summary>Requests to criu (criu_req_type).</summary>
internal enum CriuRequestType
{
    Empty = 0,
    Dump = 1,
    Restore = 2,
    PreDump = 4,
    Notify = 6,
    FeatureCheck = 9,
    Version = 10,
}

/// <summary>How criu treats cgroups (criu_cg_mode; criu(8), <c>--manage-cgroups</c>).</summary>
internal enum CriuCgroupMode
{
    Ignore = 0,
    Soft = 3,
    Full = 4,
    Strict = 5,
    Default = 6,
}

/// <summary>Features of criu and the kernel (criu_features).</summary>
[Flags]
internal enum CriuFeatures
{
    None = 0,
    /// <summary>Tracks which pages were written since the last dump.</summary>
    MemoryTracking = 1,
    /// <summary>Pages are restored when they are touched.</summary>
    LazyPages = 2,
}
