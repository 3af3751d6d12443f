using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>
/// security.md 2.3 and 2.7 (CVE-2021-30465, CVE-2024-45310): another container exchanges a directory of a shared volume for a link
/// to the host, again and again, while containers with mounts in it are made.
/// </summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class MountRaceTests : AttackFixture
{
    // An emulated machine takes half a second for each.
    private static readonly int s_creates = Machine.IsEmulated ? 60 : 1000;

    [Fact]
    public void NothingIsMountedOrMadeOutside()
    {
        string volume = Temporary("volume"), mounted = Temporary("mounted");
        Directory.CreateDirectory(Path.Combine(volume, "real"));
        File.CreateSymbolicLink(Path.Combine(volume, "link"), Canary);
        File.WriteAllText(mounted, string.Empty);
        string before = OwnMounts();
        int ran = 0, refused = 0;
        using (new PathExchange(volume + "/real", volume + "/link"))
        {
            for (int i = 0; i < s_creates; i++)
            {
                OciSpec spec = Spec("true");
                spec.Mounts!.Add(new() { Destination = "/volume", Source = volume, Type = "bind", Options = ["rbind", "rw"] });
                spec.Mounts.Add(new() { Destination = $"/volume/real/t{i}/deep", Source = "tmpfs", Type = "tmpfs" });
                spec.Mounts.Add(new() { Destination = $"/volume/real/f{i}", Source = "/dev/null", Type = "bind", Options = ["bind"] });
                spec.Mounts.Add(new() { Destination = "/volume/real", Source = "tmpfs", Type = "tmpfs" });
                spec.Linux!.Devices = [new() { Path = $"/volume/real/n{i}", Type = "c", Major = 1, Minor = 3 }];
                spec.Process!.Cwd = $"/volume/real/cwd{i}";
                // Before pivot_root the host's tree is still there to be mounted on: the hook sees the namespace at that moment.
                string hook = $"pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/'); grep -F ' {Canary}' /proc/$pid/mountinfo >> {mounted}; true";
                spec.Hooks = new() { CreateRuntime = [new() { Path = "/bin/sh", Args = ["sh", "-c", hook], Env = ["PATH=/usr/bin:/bin"] }] };
                try
                {
                    Runtime.Create(Request("c", spec));
                    Runtime.Delete("c", force: true);
                    ran++;
                }
                catch (OciException e)
                {
                    Assert.NotEqual(OciErrorCode.HelperDied, e.Code);
                    refused++;
                }
            }
        }
        Assert.Equal(s_creates, ran + refused);
        AssertUntouched();
        Assert.Equal(string.Empty, File.ReadAllText(mounted));
        Assert.Equal(before, OwnMounts());
    }

    // Without those of the machine that come and go.
    private string OwnMounts() => string.Join('\n', File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(Path.GetDirectoryName(Bundle)!, StringComparison.Ordinal)));
}
