namespace OciRuntime.Core.Bundles;

/// <summary>Owner, permissions and time of an unpacked file.</summary>
/// <param name="Mode">Permissions with setuid, setgid and sticky: twelve bits.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Modified">Last modification.</param>
/// <param name="Attributes">Extended attributes, or null.</param>
internal sealed record EntryMetadata(uint Mode, uint Uid, uint Gid, DateTimeOffset Modified, IReadOnlyDictionary<string, byte[]>? Attributes = null);
