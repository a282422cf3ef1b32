@echo off
rem 確認表の道具を始めます。
rem 作ったものは、このファイルと同じフォルダーの output に入ります。
rem このファイルをほかのフォルダーに写すと、そこが作業の場所になります。

set "KAKUNIN_HOME=%LOCALAPPDATA%\kakunin"
set "PYTHON=%KAKUNIN_HOME%\env\Scripts\python.exe"
if not exist "%PYTHON%" echo 次の場所に道具がありません。インストール.bat で入れてください。
if not exist "%PYTHON%" echo "%KAKUNIN_HOME%"
if not exist "%PYTHON%" pause & exit /b 3

pushd "%~dp0"
"%PYTHON%" -m kakunin_xlsx %*
popd
pause
