using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.State;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

/// <summary>A compiled plan and the memfd that carries it to the helper: any size, and charged to the runtime, not to the container.</summary>
internal sealed class ProgramFile : IDisposable
{
    private readonly SafeFd _fd;

    private ProgramFile(SafeFd fd, IReadOnlyList<PlanFd> slots)
    {
        _fd = fd;
        Slots = slots;
    }

    /// <summary>The descriptors that go along, in slot order.</summary>
    public IReadOnlyList<PlanFd> Slots { get; }

    public int Fd => _fd.Number;

    /// <summary>Encodes the plan and writes it to a sealed memfd.</summary>
    public static ProgramFile Create(LaunchPlan plan, PlanImageOptions options)
    {
        EncodedPlan encoded = PlanImage.Encode(plan, options);
        int fd = Libc.memfd_create("oci-plan", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING);
        if (fd < 0)
            throw KernelError.Last("make", "the plan's image", "memfd_create");
        var owned = new SafeFd(fd);
        if (SmallFile.TryWrite(fd, encoded.Image.Span) && Libc.fcntl(fd, Libc.F_ADD_SEALS, Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_WRITE) == 0)
            return new ProgramFile(owned, encoded.Slots);
        int errno = Errno.Last;
        owned.Dispose();
        throw KernelError.From("write", "the plan's image", "write", errno);
    }

    public void Dispose() => _fd.Dispose();
}
