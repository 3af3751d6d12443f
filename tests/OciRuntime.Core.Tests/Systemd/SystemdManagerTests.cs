using System.Diagnostics;
using OciRuntime.Bus;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Systemd;
using Xunit;

namespace OciRuntime.Core.Tests.Systemd;

/// <summary>The client against a bus that behaves, and ones that do not.</summary>
public sealed class SystemdManagerTests
{
    private static readonly UnitProperty[] s_properties = [new("Delegate", true), new("TasksMax", 7)];

    [Fact]
    public void AUnitIsStartedOnceItsJobIsDone()
    {
        using FakeManager bus = new FakeManager
        {
            Answers = static (call, bus) => call.Member != "StartTransientUnit" ? null
                : [bus.JobRemoved("/job/0", "failed"), bus.JobRemoved("/job/1", "failed", sender: ":1.66"), bus.Return(call, "o", "/job/1"), bus.JobRemoved("/job/2", "failed"), bus.JobRemoved("/job/1", "done")],
        }.Start();
        using SystemdManager manager = Connect(bus);
        Assert.Equal(252, manager.Version);
        manager.Start("x.scope", s_properties);
        Assert.Equal("\0AUTH EXTERNAL 3130\r\nBEGIN\r\n", bus.Authentication);
        Assert.Equal(["Hello", "AddMatch type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.systemd1.Manager',member='JobRemoved',path='/org/freedesktop/systemd1'", "Subscribe", "Get org.freedesktop.systemd1.Manager Version", "StartTransientUnit x.scope replace [[Delegate, <b True>], [TasksMax, <t 7>]] []"], bus.Calls);
    }

    [Fact]
    public void EveryOtherCall()
    {
        using FakeManager bus = new FakeManager().Start();
        using SystemdManager manager = Connect(bus);
        Assert.Equal("/user.slice/user@5.service", manager.ControlGroup);
        manager.SetProperties("x.scope", s_properties);
        manager.SetProperties("x.scope", []);
        manager.Attach("x.scope", "/sub", 42);
        manager.Stop("x.scope");
        Assert.Equal(
            ["Get org.freedesktop.systemd1.Manager ControlGroup", "SetUnitProperties x.scope True [[Delegate, <b True>], [TasksMax, <t 7>]]", "AttachProcessesToUnit x.scope /sub [42]", "StopUnit x.scope replace", "ResetFailedUnit x.scope"],
            bus.Calls[4..]);
    }

    [Fact]
    public void PropertiesComeInTheFormThatSetsThemAgain()
    {
        BusVariant weights = new("a(st)", new object[] { new object[] { "/dev/sda", 5ul } });
        string? path = null;
        using FakeManager bus = new FakeManager
        {
            Answers = (call, bus) =>
            {
                if (call.Member != "Get" || call.Body[0] is not "org.freedesktop.systemd1.Scope")
                    return null;
                path = call.Path;
                return (string)call.Body[1] switch
                {
                    "TasksMax" => [bus.Return(call, "v", BusVariant.Of(7))],
                    "IODeviceWeight" => [bus.Return(call, "v", weights)],
                    _ => [bus.Error(call, "org.freedesktop.DBus.Error.UnknownProperty")],
                };
            },
        }.Start();
        using SystemdManager manager = Connect(bus);
        List<UnitProperty> properties = manager.GetProperties("runc-1.scope", ["TasksMax", "Newer", "IODeviceWeight"]);
        Assert.Equal("/org/freedesktop/systemd1/unit/runc_2d1_2escope", path);
        Assert.Equal(["TasksMax", "IODeviceWeight", "IODeviceWeight"], properties.Select(property => property.Name));
        Assert.Equal(7ul, properties[0].Value.Value);
        Assert.Empty((object[])properties[1].Value.Value); // entries are added to those that are there
        Assert.Single((object[])properties[2].Value.Value);
    }

    [Fact]
    public void AFailedUnitOfThatNameIsClearedAway()
    {
        int starts = 0;
        using FakeManager bus = new FakeManager
        {
            Answers = (call, bus) => call.Member == "StartTransientUnit" && starts++ == 0 ? [bus.Error(call, "org.freedesktop.systemd1.UnitExists")] : null,
        }.Start();
        using SystemdManager manager = Connect(bus);
        manager.Start("x.scope", s_properties);
        Assert.Equal(["StartTransientUnit", "ResetFailedUnit", "StartTransientUnit"], bus.Calls[4..].Select(call => call.Split(' ')[0]));
    }

    [Theory]
    [InlineData("org.freedesktop.systemd1.UnitExists", OciErrorCode.ResourceBusy)]
    [InlineData("org.freedesktop.DBus.Error.AccessDenied", OciErrorCode.PermissionDenied)]
    [InlineData("org.freedesktop.DBus.Error.PropertyReadOnly", OciErrorCode.NotSupported)]
    [InlineData("org.example.Other", OciErrorCode.Unknown)]
    public void ErrorsSayWhatSystemdSaid(string name, OciErrorCode code)
    {
        using FakeManager bus = new FakeManager { Answers = (call, bus) => call.Member == "StartTransientUnit" ? [bus.Error(call, name, "two\nlines")] : null }.Start();
        using SystemdManager manager = Connect(bus);
        OciException error = Assert.Throws<OciException>(() => manager.Start("x.scope", s_properties));
        Assert.Equal(code, error.Code);
        Assert.Equal($"systemd: start x.scope: two lines ({name})", error.Message);
    }

    [Fact]
    public void AJobThatFailedIsAnError()
    {
        using FakeManager bus = new FakeManager { Answers = static (call, bus) => call.Member == "StartTransientUnit" ? [bus.Return(call, "o", "/job/1"), bus.JobRemoved("/job/1", "failed")] : null }.Start();
        using SystemdManager manager = Connect(bus);
        Assert.Contains("the job's result is failed", Assert.Throws<OciException>(() => manager.Start("x.scope", s_properties)).Message, StringComparison.Ordinal);
        Assert.Equal("ResetFailedUnit x.scope", bus.Calls[^1]);
    }

    [Fact]
    public void AUnitThatIsGoneIsStopped()
    {
        using FakeManager bus = new FakeManager { Answers = static (call, bus) => call.Member is "StopUnit" or "ResetFailedUnit" ? [bus.Error(call, "org.freedesktop.systemd1.NoSuchUnit")] : null }.Start();
        using SystemdManager manager = Connect(bus);
        manager.Stop("x.scope");
    }

    [Fact]
    public void NobodyWaitsForEver()
    {
        using FakeManager bus = new FakeManager { Answers = static (call, bus) => call.Member == "StartTransientUnit" ? [bus.Return(call, "o", "/job/1")] : null }.Start();
        using var manager = SystemdManager.Connect([bus.Address], 10, timeout: 200);
        var watch = Stopwatch.StartNew();
        OciException error = Assert.Throws<OciException>(() => manager.Start("x.scope", s_properties));
        Assert.Equal(OciErrorCode.Timeout, error.Code);
        Assert.Contains("start x.scope", error.Message, StringComparison.Ordinal);
        Assert.InRange(watch.ElapsedMilliseconds, 150, 10_000);
    }

    [Fact]
    public void ABusThatNeverAnswersIsATimeout()
    {
        using FakeManager bus = new FakeManager { Answers = static (_, _) => [] }.Start();
        Assert.Equal(OciErrorCode.Timeout, Assert.Throws<OciException>(() => SystemdManager.Connect([bus.Address], 10, timeout: 200)).Code);
    }

    [Fact]
    public void NoiseDoesNotProlongTheWait()
    {
        using FakeManager bus = new FakeManager
        {
            Answers = static (call, bus) => call.Member == "Get" ? Enumerable.Repeat(0, 100).Select(_ =>
            {
                Thread.Sleep(20);
                return bus.Return(call with { Serial = 99 });
            }) : null,
        }.Start();
        var watch = Stopwatch.StartNew();
        Assert.Equal(OciErrorCode.Timeout, Assert.Throws<OciException>(() => SystemdManager.Connect([bus.Address], 10, timeout: 300)).Code);
        Assert.InRange(watch.ElapsedMilliseconds, 250, 1500);
    }

    [Fact]
    public void NothingStaysOpen()
    {
        using FakeManager bus = new FakeManager().Start(), silent = new FakeManager { Answers = static (_, _) => [] }.Start(), refusing = new FakeManager { Greeting = "REJECTED\r\n" }.Start();
        Connect(bus).Dispose();
        Assert.Throws<OciException>(() => SystemdManager.Connect([silent.Address], 10, timeout: 50));
        Assert.Throws<OciException>(() => Connect(refusing));
        Assert.All([bus, silent, refusing], static one => Assert.True(one.IsLeft));
    }

    [Fact]
    public void AContextOfTheCallerIsNotInTheWay()
    {
        using FakeManager bus = new FakeManager().Start();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new DeafContext());
        try
        {
            using SystemdManager manager = Connect(bus);
            manager.Start("x.scope", s_properties);
            Assert.IsType<DeafContext>(SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Theory]
    [InlineData("REJECTED EXTERNAL\r\n")]
    [InlineData("ERROR \u0007\r\n")]
    public void ARefusalIsNamed(string greeting)
    {
        using FakeManager bus = new FakeManager { Greeting = greeting }.Start();
        OciException error = Assert.Throws<OciException>(() => Connect(bus));
        Assert.Equal(OciErrorCode.PermissionDenied, error.Code);
        Assert.Contains(greeting.TrimEnd('\r', '\n').Replace('\u0007', ' '), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGreetingWithoutEndIsRefused()
    {
        using FakeManager bus = new FakeManager { Greeting = new string('x', 100_000) }.Start();
        Assert.Contains("too long", Assert.Throws<OciException>(() => Connect(bus)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InAUserNamespaceTheKernelAloneTellsWhoWeAre()
    {
        using FakeManager bus = new FakeManager { Greeting = "DATA\r\nOK 0123456789abcdef0123456789abcdef\r\n" }.Start();
        using var manager = SystemdManager.Connect([bus.Address], uid: null, timeout: 5000);
        Assert.Equal("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n", bus.Authentication);
    }

    [Fact]
    public void APeerMayRefuseHelloAndIsToldNoNames()
    {
        var destinations = new List<string?>();
        using FakeManager bus = new FakeManager
        {
            Answers = (call, bus) =>
            {
                destinations.Add(call.Destination);
                return call.Member == "Hello" ? [bus.Error(call, "org.freedesktop.DBus.Error.UnknownObject")] : null;
            },
        }.Start();
        using var manager = SystemdManager.Connect([new("/nowhere/bus"), bus.Address with { Peer = true }], 10, timeout: 5000);
        Assert.Equal(["Hello", "Get org.freedesktop.systemd1.Manager Version"], bus.Calls);
        manager.Start("x.scope", s_properties);
        Assert.Equal([null, null], destinations[1..]);
    }

    [Fact]
    public void NoBusAtAllIsNamed()
    {
        OciException error = Assert.Throws<OciException>(() => SystemdManager.Connect([new("/nowhere/bus"), new("not-there", Abstract: true)], 10, timeout: 5000));
        Assert.Equal(OciErrorCode.NotSupported, error.Code);
        Assert.Contains("/nowhere/bus: not found (ENOENT); @not-there: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("no such file", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Throws<OciException>(() => SystemdManager.Connect([], 10, timeout: 5000));
    }

    [Fact]
    public void AnswersOfOtherTypesAreErrors()
    {
        using FakeManager bus = new FakeManager { Answers = static (call, bus) => call.Member == "StartTransientUnit" ? [bus.Return(call, "u", 5u)] : null }.Start();
        using SystemdManager manager = Connect(bus);
        Assert.Contains("an unexpected form", Assert.Throws<OciException>(() => manager.Start("x.scope", s_properties)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenAnswersAreErrorsAndNothingElse()
    {
        // Every byte of a right answer changed, and the answer cut off at every length.
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            int change = i;
            using FakeManager bus = new FakeManager
            {
                Answers = (call, bus) =>
                {
                    if (call.Member != "Get")
                        return null;
                    byte[] right = bus.Default(call).Single();
                    if (change >= 2 * right.Length)
                        random.NextBytes(right);
                    else if (change >= right.Length)
                        right = right[..(change - right.Length)];
                    else
                        right[change] ^= (byte)(1 << random.Next(8));
                    return [right];
                },
            }.Start();
            try
            {
                using var manager = SystemdManager.Connect([bus.Address], 10, timeout: 30);
            }
            catch (OciException)
            {
                // Named as what it is: anything else fails the test.
            }
        }
    }

    [Fact]
    public void AMessageThatIsTooLongIsRefused()
    {
        byte[] start = new FakeMessage { Type = FakeMessageType.Signal, Serial = 1 }.Encode();
        BitConverter.TryWriteBytes(start.AsSpan(4), int.MaxValue);
        using FakeManager bus = new FakeManager { Answers = (call, _) => call.Member == "Get" ? [start] : null }.Start();
        Assert.Contains("bytes", Assert.Throws<OciException>(() => Connect(bus)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABusThatFloodsIsRefused()
    {
        using FakeManager bus = new FakeManager { Answers = static (call, bus) => call.Member == "Get" ? Enumerable.Range(0, 5000).Select(i => bus.JobRemoved($"/job/{i}", "done")) : null }.Start();
        Assert.Contains("it sends only signals", Assert.Throws<OciException>(() => Connect(bus)).Message, StringComparison.Ordinal);
    }

    private static SystemdManager Connect(FakeManager bus) => SystemdManager.Connect([bus.Address], 10, timeout: 5000);

    // Nothing that is posted here ever runs.
    private sealed class DeafContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
