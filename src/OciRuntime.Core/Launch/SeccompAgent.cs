using System.Buffers;
using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Launch;

/// <summary>
/// Hands a seccomp listener to the agent at <c>linux.seccomp.listenerPath</c>, with the container process state as the message
/// (runtime-spec config-linux.md, "Container Process State"; seccomp_unotify(2)).
/// </summary>
internal static class SeccompAgent
{
    /// <param name="seccomp">The section of the configuration; null or without a path when the caller expects no listener.</param>
    /// <param name="listener">The notification descriptor.</param>
    /// <param name="state">The container.</param>
    /// <param name="status">Its status.</param>
    /// <param name="pid">The process that loaded the filter, as the runtime sees it.</param>
    /// <param name="cancel">Stops waiting for an agent that does not accept the connection.</param>
    public static void Send(OciSeccomp? seccomp, SafeFd listener, State.ContainerState state, string status, int pid, CancelSignal cancel)
    {
        const string What = "seccomp agent";
        string path = seccomp?.ListenerPath ?? throw new OciException(OciErrorCode.HelperDied, "the helper broke the protocol: a seccomp listener that nobody asked for");
        using SafeFd socket = PeerSocket.Connect(path, What, cancel);
        PeerSocket.SendFd(socket.Number, listener.Number, Message(seccomp, state, status, pid).Span, What);
    }

    internal static ReadOnlyMemory<byte> Message(OciSeccomp seccomp, State.ContainerState state, string status, int pid)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonEscapes.Encoder });
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, state.OciVersion);
        json.WriteStartArray("fds"u8);
        json.WriteStringValue("seccompFd"u8);
        json.WriteEndArray();
        json.WriteNumber("pid"u8, pid);
        if (!string.IsNullOrEmpty(seccomp.ListenerMetadata))
            json.WriteString("metadata"u8, seccomp.ListenerMetadata);
        json.WritePropertyName("state"u8);
        json.WriteRawValue(HookState.Write(state, status, state.Pid).Span);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
