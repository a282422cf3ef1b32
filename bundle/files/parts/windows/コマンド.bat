@echo off
rem kakunin のコマンドを打つための画面を開きます（例：kakunin build --year R7）。
rem 作ったものは、このファイルと同じフォルダーの output に入ります。

set "KAKUNIN_HOME=%LOCALAPPDATA%\kakunin"
set "PYTHON=%KAKUNIN_HOME%\env\Scripts\python.exe"
if not exist "%PYTHON%" echo 次の場所に道具がありません。インストール.bat で入れてください。
if not exist "%PYTHON%" echo "%KAKUNIN_HOME%"
if not exist "%PYTHON%" pause & exit /b 3

set "PATH=%KAKUNIN_HOME%\env\Scripts;%PATH%"
pushd "%~dp0"
kakunin --help
cmd /k
