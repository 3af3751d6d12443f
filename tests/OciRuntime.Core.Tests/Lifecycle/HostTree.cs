using System.ComponentModel;
using System.Runtime.InteropServices;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>A tmpfs on the host, and another one in its directory "below", both with the same attributes; gone at the end.</summary>
internal sealed class HostTree : IDisposable
{
    private const ulong Private = (ulong)Propagation.MS_PRIVATE;

    private readonly string _path;

    public HostTree(string path, ulong attributes = 0)
    {
        _path = path;
        Directory.CreateDirectory(path);
        Check(SysMount.mount("tmpfs", path, "tmpfs", 0, 0));
        Check(SysMount.mount("none", path, null, Private, 0)); // below a shared mount, as under systemd, it would be shared too
        Directory.CreateDirectory(Below);
        Check(SysMount.mount("tmpfs", Below, "tmpfs", 0, 0));
        foreach (string mount in (string[])[path, Below])
        {
            if (attributes != 0) // the access time setting is one of three, and must be cleared before another is set
                Check(Libc.mount_setattr(Libc.AT_FDCWD, mount, 0, new() { attr_set = (MountAttributes)attributes, attr_clr = MountAttributes.MOUNT_ATTR__ATIME }));
        }
    }

    private string Below => _path + "/below";

    public void Dispose()
    {
        Check(SysMount.umount2(Below, 0));
        Check(SysMount.umount2(_path, 0));
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }
}
