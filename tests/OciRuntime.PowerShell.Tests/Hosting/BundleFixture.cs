using OciRuntime.Tests.Shared;

namespace OciRuntime.PowerShell.Tests.Hosting;

/// <summary>
/// A temporary directory with a bundle of busybox whose process sleeps, and a state root. Disposing removes its containers and fails when
/// something of them is left.
/// </summary>
public sealed class BundleFixture : IDisposable
{
    public BundleFixture()
    {
        string name = "pst-" + Guid.NewGuid().ToString("n")[..8];
        Prefix = name + "-";
        Work = Path.Combine(Path.GetTempPath(), name);
        if (Machine.MissingForContainers is not null)
            return;
        BusyboxRoot.Make(Path.Combine(Bundle, "rootfs"));
        try
        {
            using PowerShellHost shell = Open();
            shell.Get("New-OciSpec sleep, 300 | Export-OciSpec -Bundle $bundle");
        }
        catch
        {
            // Nobody disposes what was not constructed.
            Directory.Delete(Work, recursive: true);
            throw;
        }
    }

    public string Work { get; }

    public string Prefix { get; }

    public string Root => Path.Combine(Work, "root");

    public string Bundle => Path.Combine(Work, "bundle");

    public string NewId() => Prefix + Guid.NewGuid().ToString("n")[..8];

    /// <summary>A session that works on this state root, with $bundle, $root and $work.</summary>
    internal PowerShellHost Open()
    {
        var shell = new PowerShellHost();
        Prepare(shell.Runspace.SessionStateProxy.SetVariable);
        shell.Get("$global:PSDefaultParameterValues['*-Oci*:Root'] = $root");
        return shell;
    }

    internal void Prepare(Action<string, object> set)
    {
        set("bundle", Bundle);
        set("root", Root);
        set("work", Work);
    }

    public void Dispose()
    {
        if (!Directory.Exists(Work))
            return;
        try
        {
            using PowerShellHost shell = Open();
            ScriptResult removal = shell.Run("Get-OciContainer | Remove-OciContainer -Force");
            string[] left = [.. removal.Errors.Select(error => error.ToString()), .. Leftovers.Of(Prefix, Work, Root)];
            if (left.Length > 0)
                throw new InvalidOperationException("left behind:\n" + string.Join('\n', left));
        }
        catch
        {
            LastResort.Clear(Prefix);
            throw;
        }
        finally
        {
            Directory.Delete(Work, recursive: true);
        }
    }
}
