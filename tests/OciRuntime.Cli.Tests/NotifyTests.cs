using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>NOTIFY_SOCKET (sd_notify(3)): a service in a container says that it is ready. The service manager is a socket of the test.</summary>
public sealed class NotifyTests : IDisposable
{
    private readonly Bundle _bundle = new();
    private readonly TemporaryDirectory _files = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };

    public NotifyTests()
    {
        _manager.Bind(new UnixDomainSocketEndPoint(_files["manager"]));
        if (Ocirun.Missing is null)
            PayloadProgram.Write("notify", Path.Combine(_bundle.Path, "rootfs", "bin", "notify"));
    }

    public void Dispose()
    {
        _manager.Dispose();
        _bundle.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void AStartEndsWhenTheServiceIsReady()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sh", "-c", "notify STATUS=begun; notify 'STATUS=there\nREADY=1\nMAINPID=7'; exec sleep 300");
        Good("create", id);
        using Process start = Start("start", id);
        Assert.Equal("READY=1\n", Hear());
        Assert.Equal($"MAINPID={Pid(id)}\n", Hear());
        // The end of a pipe came with the barrier, and closes when the manager has taken it.
        Assert.False(start.WaitForExit(300));
        // Others go on meanwhile.
        _bundle.Good("pause", id);
        _bundle.Good("resume", id);
        Assert.Equal("BARRIER=1", Hear());
        Assert.Equal(0, Ocirun.End(start));
        Assert.Equal("running", Status(id));
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>The root of a user namespace has no right of its own to the state root.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ARunInTheBackgroundWaitsForIt(bool userNamespace)
    {
        string id = _bundle.NewId();
        // Its root is nobody here.
        Machine.Run("chmod", "711", _bundle.Work);
        if (userNamespace)
            Machine.Run("chown", "-R", "200000:200000", Path.Combine(_bundle.Path, "rootfs"));
        _bundle.Configure(config => { if (userNamespace) UserNamespace(config); }, "sh", "-c", "notify READY=1; exec sleep 300");
        using Process run = Start("run", "-d", id);
        Assert.Equal("READY=1\n", Hear());
        Assert.Equal($"MAINPID={Pid(id)}\n", Hear());
        Assert.Equal("BARRIER=1", Hear());
        Assert.Equal(0, Ocirun.End(run));
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>The manager goes on watching the command, whose exit code is the container's.</summary>
    [Fact]
    public void ARunInTheForegroundIsTheMainProcess()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sh", "-c", "notify READY=1; exit 3");
        using Process run = Start("run", id);
        Assert.Equal("READY=1\n", Hear());
        Assert.Equal($"MAINPID={run.Id}\n", Hear());
        Assert.Equal("BARRIER=1", Hear());
        Assert.Equal(3, Ocirun.End(run));
        Assert.False(Directory.Exists(Path.Combine(_bundle.Root, id)));
    }

    /// <summary>A start that was given up has left its socket.</summary>
    [Fact]
    public void AStartCanBeTriedAgain()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sh", "-c", "notify READY=1; exec sleep 300");
        Good("create", id);
        using (var former = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
            former.Bind(new UnixDomainSocketEndPoint(Path.Combine(_bundle.Root, id, "notify", "notify.sock")));
        using Process start = Start("start", id);
        Assert.Equal("READY=1\n", Hear());
        Hear();
        Hear();
        Assert.Equal(0, Ocirun.End(start));
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void OneThatEndsWithoutAWordHoldsNobody()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sh", "-c", "notify STATUS=never; exit 4");
        Assert.Equal(4, Ocirun.End(Start("run", id)));
        Good("create", id);
        Assert.Equal(0, Ocirun.End(Start("start", id)));
        _bundle.Good("delete", "-f", id);
        Assert.Equal(0, _manager.Available);
    }

    /// <summary>The container has no way to other sockets of the directory, and no right to put anything there.</summary>
    [Fact]
    public void TheContainerHasTheSocketAndNothingElse()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sh", "-c", "echo $NOTIFY_SOCKET; ls /run/notify; busybox touch /run/notify/x 2>/dev/null || echo no; busybox grep ' /run/notify ' /proc/self/mountinfo | busybox cut -d ' ' -f 6; notify READY=1");
        using Process run = Start("run", id);
        Hear();
        Hear();
        Hear();
        Assert.Equal(0, Ocirun.End(run));
        Assert.Equal("/run/notify/notify.sock\nnotify.sock\nno\nro,nosuid,nodev,noexec,relatime\n", File.ReadAllText(_files["out"]));
    }

    [Fact]
    public void AManagerThatIsNotThereIsNamedBeforeAnythingStarts()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sleep", "300");
        Good("create", id);
        _manager.Dispose();
        File.Delete(_files["manager"]);
        using Process start = Start("start", id);
        Assert.Equal(1, Ocirun.End(start));
        Assert.Contains($"tell the service manager {_files["manager"]}: connect: ", File.ReadAllText(_files["err"]), StringComparison.Ordinal);
        Assert.Equal("created", Status(id));
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void AnAbstractNameWorksToo()
    {
        string name = "oci-tests-" + Guid.NewGuid().ToString("n"), id = _bundle.NewId();
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
        manager.Bind(new UnixDomainSocketEndPoint("\0" + name));
        _bundle.Configure("notify", "READY=1");
        using Process run = Ocirun.Start("env", _bundle.Path, _files["out"], _files["err"], "NOTIFY_SOCKET=@" + name, Ocirun.Path, "--root", _bundle.Root, "run", id);
        byte[] buffer = new byte[100];
        Assert.Equal("READY=1\n", Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer)));
        manager.Receive(buffer);
        manager.Receive(buffer);
        Assert.Equal(0, Ocirun.End(run));
    }

    private static void UserNamespace(JsonNode config)
    {
        config["linux"]!["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "user" });
        config["linux"]!["uidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 200_000, ["size"] = 1000 });
        config["linux"]!["gidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 200_000, ["size"] = 1000 });
    }

    private Process Start(params string[] arguments) =>
        Ocirun.Start("env", _bundle.Path, _files["out"], _files["err"], ["NOTIFY_SOCKET=" + _files["manager"], Ocirun.Path, "--root", _bundle.Root, .. arguments]);

    private void Good(params string[] arguments)
    {
        using Process process = Start(arguments);
        Assert.True(Ocirun.End(process) == 0, File.ReadAllText(_files["err"]));
    }

    private string Hear()
    {
        byte[] buffer = new byte[4096];
        try
        {
            return Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer));
        }
        catch (SocketException e)
        {
            throw new InvalidOperationException($"{e.Message}: {File.ReadAllText(_files["err"])}", e);
        }
    }

    private JsonNode State(string id) => JsonNode.Parse(_bundle.Good("state", id))!;

    private string Status(string id) => State(id)["status"]!.GetValue<string>();

    private string Pid(string id) => State(id)["pid"]!.GetValue<int>().ToString(CultureInfo.InvariantCulture);
}
