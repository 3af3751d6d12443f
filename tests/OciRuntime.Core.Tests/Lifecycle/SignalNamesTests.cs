using OciRuntime.Core.Lifecycle;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

public sealed class SignalNamesTests
{
    [Theory]
    [InlineData("15", 15)]
    [InlineData("TERM", 15)]
    [InlineData("SIGTERM", 15)]
    [InlineData("sigkill", 9)]
    [InlineData("Winch", 28)]
    [InlineData("POLL", 29)]
    [InlineData("RTMIN", 34)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("RTMAX-1", 63)]
    [InlineData("64", 64)]
    public void NamesAndNumbersAreRead(string text, int number)
    {
        Assert.True(SignalNames.TryParse(text, out int signal));
        Assert.Equal(number, signal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("-9")]
    [InlineData("SIG")]
    [InlineData("SIGSIGTERM")]
    [InlineData("RTMIN+31")]
    [InlineData("RTMIN-1")]
    [InlineData("RTMAX+1")]
    [InlineData("RTMIN+99999999999")]
    public void OtherTextIsRefused(string? text) => Assert.False(SignalNames.TryParse(text, out _));

    [Fact]
    public void EveryNumberSurvivesItsName()
    {
        for (int number = 1; number <= SignalNames.Maximum; number++)
        {
            Assert.True(SignalNames.TryParse(SignalNames.Of(number), out int back));
            Assert.Equal(number, back);
        }
    }
}
