using System.Globalization;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

/// <summary>A record that went over the helper's channel, in the terms of wire.h, as debug messages show it.</summary>
/// <param name="Sent">It went to the helper.</param>
/// <param name="Message">The record.</param>
/// <param name="Descriptors">How many descriptors came along.</param>
internal readonly record struct ChannelRecord(bool Sent, ChannelMessage Message, int Descriptors)
{
    public override string ToString()
    {
        string record = string.Create(CultureInfo.InvariantCulture, $"oci-init {(Sent ? "<-" : "->")} {Words()}");
        return Descriptors == 0 ? record : string.Create(CultureInfo.InvariantCulture, $"{record}, descriptors: {Descriptors}");
    }

    private string Words() => Message.Type switch
    {
        MessageType.Program => "PROGRAM",
        MessageType.Go => "GO",
        MessageType.Start => "START",
        MessageType.Cloned => Invariant($"CLONED process {Message.N0}"),
        MessageType.Supervisor => Invariant($"SUPERVISOR process {Message.N0}"),
        MessageType.Directory => "DIRECTORY",
        MessageType.Process => Invariant($"PROCESS {Message.N0}"),
        MessageType.Sync => Invariant($"SYNC {NameOf((SyncPoint)Message.N0)} by {Message.N1}"),
        MessageType.Ready => "READY",
        MessageType.Starting => "STARTING",
        MessageType.Console => "CONSOLE",
        MessageType.SeccompFd => "SECCOMP_FD",
        MessageType.Timeline => "TIMELINE",
        MessageType.Warning => Invariant($"WARNING step {Message.Step}, errno {Message.Error}"),
        MessageType.Error when Message.Step == WireFormat.NoStep => Invariant($"ERROR errno {Message.Error}"),
        _ => Invariant($"ERROR step {Message.Step}, errno {Message.Error}"),
    };

    private static string NameOf(SyncPoint point) => point switch
    {
        SyncPoint.IdMaps => "ID_MAPS",
        SyncPoint.RuntimeHooks => "RUNTIME_HOOKS",
        SyncPoint.ContainerHooks => "CONTAINER_HOOKS",
        _ => "CGROUP",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
